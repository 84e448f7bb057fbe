using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Cli.Keys;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Cli.Keys;

public sealed class KeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gg-keys-").FullName;
    private readonly string _path;

    public KeyFileTests()
    {
        _path = Path.Combine(_folder, "tenants.yaml");
        File.Copy(SourceTree.PathOf("gitops", "base", "tenants.yaml"), _path);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Add_ToAListOfKeys_ChangesOneLine()
    {
        var made = ClientKeyText.New();
        var before = File.ReadAllLines(_path);

        KeyFile.Open(_path, "acme").Add(new ClientKey { Name = "laptop", Sha256 = made.Sha256, Team = "research" });

        var after = File.ReadAllLines(_path);
        after.Except(before).ShouldBe([$"    - {{ name: laptop, sha256: {made.Sha256}, team: research }}"]);
        after.Length.ShouldBe(before.Length + 1);
        KeyFile.Open(_path, "acme").Current.Keys.Select(key => key.Name).ShouldBe(["ci", "ci-next", "laptop"]);
        KeyFile.Open(_path, "storefront").Current.Keys.Count.ShouldBe(2);
    }

    [Fact]
    public void Remove_AKey_LeavesCommentsAndOthers()
    {
        KeyFile.Open(_path, "acme").Remove("ci");

        KeyFile.Open(_path, "acme").Current.Keys.ShouldHaveSingleItem().Name.ShouldBe("ci-next");
        File.ReadAllText(_path).ShouldContain("# Two keys valid at once make a rotation without an outage.");
    }

    [Theory]
    [InlineData("acme", "ci")]
    [InlineData("storefront", "web")]
    public void End_AKey_SetsOrChangesItsNotAfter(string tenant, string name)
    {
        var end = new DateTimeOffset(2026, 12, 1, 12, 0, 0, TimeSpan.Zero);

        KeyFile.Open(_path, tenant).End(name, end);

        KeyFile.Open(_path, tenant).Current.Keys.Single(key => key.Name == name).NotAfter.ShouldBe(end);
    }

    [Fact]
    public void Add_ToATenantWithoutKeysOrInLongForm_Works()
    {
        File.WriteAllText(_path, """
            apiVersion: globalgateway.dev/v1
            kind: Tenant
            metadata: { name: new }
            spec:
              tier: P2
            ---
            apiVersion: globalgateway.dev/v1
            kind: Tenant
            metadata:
              name: long
            spec:
              keys:
              - name: one
                sha256: fca86b06425a2cbb1785cd05f70bc44fa2abfe902e21f9c1e2fa91f066934e40
              # the end
              tier: P0
            """);

        KeyFile.Open(_path, "new").Add(new ClientKey { Name = "first", Sha256 = ClientKeyText.New().Sha256 });
        KeyFile.Open(_path, "long").Add(new ClientKey { Name = "two", Sha256 = ClientKeyText.New().Sha256 });
        KeyFile.Open(_path, "long").End("one", new DateTimeOffset(2026, 12, 1, 12, 0, 0, TimeSpan.Zero));

        KeyFile.Open(_path, "new").Current.Keys.ShouldHaveSingleItem().Name.ShouldBe("first");
        var keys = KeyFile.Open(_path, "long").Current.Keys;
        keys.Select(key => key.Name).ShouldBe(["one", "two"]);
        keys[0].NotAfter.ShouldNotBeNull();
    }

    [Fact]
    public void Add_WhereTheKeysAreOnOneLine_ChangesNothingAndSaysWhatToWrite()
    {
        const string Text = "apiVersion: globalgateway.dev/v1\nkind: Tenant\nmetadata: { name: flow }\nspec:\n  keys: [{ name: a, sha256: fca86b06425a2cbb1785cd05f70bc44fa2abfe902e21f9c1e2fa91f066934e40 }]\n";
        File.WriteAllText(_path, Text);

        Should.Throw<CommandException>(() => KeyFile.Open(_path, "flow").Add(new ClientKey { Name = "b", Sha256 = ClientKeyText.New().Sha256 }))
            .Message.ShouldContain("nothing was changed");
        File.ReadAllText(_path).ShouldBe(Text);
    }
}
