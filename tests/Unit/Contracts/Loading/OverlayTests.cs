using GlobalGateway.Contracts.Loading;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Contracts.Loading;

public sealed class OverlayTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gg-overlay-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void Overlay_SameKindAndName_ReplacesAndTellsWhereBothAre()
    {
        Write("base/a.yaml", Resources.Small);
        Write("local/overlay.yaml", "base: ../base");
        Write("local/b.yaml", Resources.Document("Provider", "openai", "format: openai\nendpoints: [{ url: http://simulator/v1 }]"));

        var result = ResourceLoader.Load(Path.Combine(_root, "local"));

        result.Errors.ShouldBeEmpty();
        result.FileCount.ShouldBe(3);
        result.Resources!.Providers.ShouldHaveSingleItem().Endpoints[0].Url.ShouldBe("http://simulator/v1");
        result.Resources.Models.ShouldHaveSingleItem().Name.ShouldBe("fast");
        var source = result.Sources["Provider/openai"];
        source.ToString().ShouldEndWith("local/b.yaml:1");
        source.Replaces!.ToString().ShouldEndWith("base/a.yaml:1");
        source.Values().ShouldContain(new ValueSource("spec.endpoints[0].url", "http://simulator/v1", 6, 22));
        result.Sources["Model/fast"].Replaces.ShouldBeNull();
    }

    [Fact]
    public void Overlay_ThatIsItsOwnBase_IsRefused()
    {
        Write("a/overlay.yaml", "base: ../b");
        Write("b/overlay.yaml", "base: ../a");

        ResourceLoader.Load(Path.Combine(_root, "a")).Errors.ShouldHaveSingleItem().Message.ShouldBe("is its own base");
    }

    [Fact]
    public void Overlay_WithAMissingBase_IsRefused()
    {
        Write("a/overlay.yaml", "base: ../nowhere");

        ResourceLoader.Load(Path.Combine(_root, "a")).Errors.ShouldHaveSingleItem().Message.ShouldBe("no folder \"../nowhere\"");
    }

    [Fact]
    public void Load_FolderWithEnvironmentsBelow_LeavesThemToThemselves()
    {
        Write("base/a.yaml", Resources.Small);
        Write("local/overlay.yaml", "base: ../base");
        Write("local/b.yaml", "nonsense: 1");

        ResourceLoader.Load(_root).Errors.ShouldBeEmpty();
        ResourceLoader.Environments(_root).ShouldBe([Path.Combine(_root, "local")]);
        ResourceLoader.Folders(Path.Combine(_root, "local")).ShouldBe([Path.Combine(_root, "local"), Path.Combine(_root, "base")]);
    }

    [Fact]
    public void Load_EditorsFilesAndLinks_AreLeftOutOrRefused()
    {
        Write("base/a.yaml", Resources.Small);
        Write("base/.a.yaml.swp.yaml", "nonsense");
        Write("base/a.yaml~", "nonsense");
        ResourceLoader.Load(Path.Combine(_root, "base")).Errors.ShouldBeEmpty();

        File.CreateSymbolicLink(Path.Combine(_root, "base", "link.yaml"), "/etc/hostname");

        ResourceLoader.Load(Path.Combine(_root, "base")).Errors.ShouldHaveSingleItem().Message.ShouldBe("is a symbolic link; links are not followed");
    }

    [Fact]
    public void Load_BytesThatAreNoText_AreRefused()
    {
        Write("base/a.yaml", "");
        File.WriteAllBytes(Path.Combine(_root, "base", "a.yaml"), [0xff, 0xfe, 0x80]);

        ResourceLoader.Load(Path.Combine(_root, "base")).Errors.ShouldHaveSingleItem().Message.ShouldBe("is not UTF-8 text");
    }

    [Theory]
    [InlineData("local")]
    [InlineData("production")]
    [InlineData("base")]
    public void Gitops_EveryEnvironment_Loads(string environment)
    {
        var result = ResourceLoader.Load(Path.Combine(RepositoryRoot(), "gitops", environment));

        result.Errors.ShouldBeEmpty();
        result.Resources!.Regions.Select(region => region.Name).ShouldBe(["ap-south", "eu-west", "us-east"]);
        result.Resources.Providers.Select(provider => provider.Name).ShouldBe(["anthropic", "azure-openai", "gemini", "openai"]);
        result.Resources.Models.Select(model => model.Strategy).Distinct().Count().ShouldBe(7);
        result.Resources.Tenants.Select(tenant => tenant.Tier).Distinct().Count().ShouldBe(3);
    }

    private static string RepositoryRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "GlobalGateway.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("not below the repository");
        }

        return folder;
    }

    private void Write(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}
