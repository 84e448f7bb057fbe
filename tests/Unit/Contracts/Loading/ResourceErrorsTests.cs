using GlobalGateway.Contracts.Loading;
using Shouldly;
using Xunit;
using static GlobalGateway.Unit.Contracts.Loading.Resources;

namespace GlobalGateway.Unit.Contracts.Loading;

public class ResourceErrorsTests
{
    [Fact]
    public void Reference_Mistyped_NamesPlaceAndNearestName() =>
        ErrorOf(Small.Replace("provider: openai", "provider: opnai", StringComparison.Ordinal))
            .ShouldBe("gitops/test.yaml:15:17  Model/fast  spec.targets[0].provider: no Provider named \"opnai\"; did you mean \"openai\"?");

    [Fact]
    public void Enum_Unknown_NamesAllChoices() =>
        ErrorOf(Small.Replace("strategy: latency", "strategy: fastest", StringComparison.Ordinal))
            .ShouldBe("gitops/test.yaml:13:13  Model/fast  spec.strategy: \"fastest\" is not one of latency, leastRequests, roundRobin, weightedRoundRobin, ipHash, cost, priority");

    [Fact]
    public void Sha256_OneDigitShort_SaysHowMany() =>
        ErrorOf(Document("Tenant", "acme", $"keys:\n  - {{ name: ci, sha256: {new string('a', 63)} }}"))
            .ShouldBe("gitops/test.yaml:6:27  Tenant/acme  spec.keys[0].sha256: 63 hex digits, 64 are needed");

    [Fact]
    public void Field_Mistyped_IsRefusedWithTheNearest() =>
        ErrorOf(Small.Replace("strategy:", "stratgy:", StringComparison.Ordinal))
            .ShouldBe("gitops/test.yaml:13:3  Model/fast  spec.stratgy: no such field; did you mean \"strategy\"?");

    [Fact]
    public void Errors_SeveralInSeveralFiles_AreAllReportedInOrder()
    {
        var result = ResourceLoader.Load(
        [
            new SourceFile("b.yaml", Document("Model", "fast", "targets: [{ provider: nobody, model: m, weight: -1 }]\nnope: 1")),
            new SourceFile("a.yaml", Document("Provider", "openai", "format: opnai\nendpoints: []")),
        ]);

        result.Resources.ShouldBeNull();
        result.FilesWithErrors.ShouldBe(2);
        result.Errors.Select(error => error.ToString()).ShouldBe(
        [
            "a.yaml:5:11  Provider/openai  spec.format: \"opnai\" is not one of openai, azure-openai, anthropic, gemini, http; did you mean \"openai\"?",
            "a.yaml:6:14  Provider/openai  spec.endpoints: is empty; at least one is needed",
            "b.yaml:5:25  Model/fast  spec.targets[0].provider: no Provider named \"nobody\"",
            "b.yaml:5:51  Model/fast  spec.targets[0].weight: -1 is not between 0 and 10,000",
            "b.yaml:6:3  Model/fast  spec.nope: no such field",
        ]);
    }

    [Fact]
    public void Name_UsedTwiceInAKind_SaysWhereTheFirstIs() =>
        ErrorOf(Documents(Document("Region", "eu", "addresses: []"), Document("Region", "eu", "addresses: []")))
            .ShouldBe("gitops/test.yaml:9:19  Region/eu  metadata.name: Region/eu is already defined at gitops/test.yaml:1");

    [Theory]
    [InlineData("apiVersion: v1", "apiVersion: \"v1\" is not globalgateway.dev/v1")]
    [InlineData("kind: Regon", "kind: \"Regon\" is not one of Region, Provider, Model, Route, Tenant, RateLimit, Budget, Guardrail, CachePolicy, FailoverPolicy, RolloutPolicy; did you mean \"Region\"?")]
    [InlineData("metadata: { name: Eu_West }", "metadata.name: \"Eu_West\" is not a DNS label: a-z, 0-9 and -, at most 63, starting and ending with a letter or digit")]
    [InlineData("metadata: { nam: eu }", "metadata.name: is missing|metadata.nam: no such field; did you mean \"name\"?")]
    [InlineData("metadata: { name: eu, labels: { a b: c } }", "metadata.labels.a b: is not a label's name: letters, digits and . _ / -, at most 63")]
    [InlineData("specs: {}", "specs: no such field; did you mean \"spec\"?")]
    public void Envelope_Wrong_IsReported(string line, string expected)
    {
        var field = line[..line.IndexOf(':', StringComparison.Ordinal)];
        var lines = new List<string> { "apiVersion: globalgateway.dev/v1", "kind: Region", "metadata: { name: eu }" };
        lines.RemoveAll(other => other.StartsWith(field + ":", StringComparison.Ordinal));
        lines.Add(line);

        var errors = Load(string.Join('\n', lines)).Errors;

        string.Join('|', errors.Select(error => $"{error.Path}: {error.Message}")).ShouldBe(expected);
    }

    [Theory]
    [InlineData("a: 1\na: 2", "\"a\" is already set in line 1")]
    [InlineData("a: &x 1", "anchors (&name) are not taken; write the value where it is used")]
    [InlineData("a: !!binary aGk=", "tags (!type) are not taken; a field's type is known")]
    [InlineData("- 1", "is not a resource: apiVersion, kind, metadata and spec are expected")]
    [InlineData("a: [1", "is not YAML")]
    [InlineData("a: \"\\q\"", "is not YAML")]
    public void Yaml_ThatHidesOrBreaksThings_IsRefused(string text, string expected) =>
        Load(text).Errors.ShouldContain(error => error.Message.StartsWith(expected, StringComparison.Ordinal));

    [Fact]
    public void Yaml_AliasBomb_IsRefusedWithoutExpanding()
    {
        var text = "a: &a [x,x,x,x,x,x,x,x,x]\n" + string.Concat(
            Enumerable.Range(1, 20).Select(level => $"{(char)('a' + level)}: &{(char)('a' + level)} [{string.Join(',', Enumerable.Repeat($"*{(char)('a' + level - 1)}", 9))}]\n"));

        Load(text).Errors.ShouldContain(error => error.Message.StartsWith("aliases (*name) are not taken", StringComparison.Ordinal));
    }

    [Fact]
    public void Yaml_NestedVeryDeep_IsRefused() =>
        Load("a: " + new string('[', 100_000)).Errors.ShouldHaveSingleItem().Message.ShouldBe("nested deeper than 32 levels");

    [Fact]
    public void File_TooLarge_IsRefused() =>
        Load("#" + new string('x', (int)LoadLimits.FileBytesMax)).Errors.ShouldHaveSingleItem().Message.ShouldEndWith("a file may have 4,194,304");

    [Fact]
    public void Errors_BeyondTheLimit_AreCounted()
    {
        var text = Documents([.. Enumerable.Range(0, LoadLimits.ErrorsMax + 5).Select(number => Document("Region", $"r{number}", "nope: 1"))]);

        var errors = Load(text).Errors;

        errors.Count.ShouldBe(LoadLimits.ErrorsMax + 1);
        errors[^1].Message.ShouldBe("and 5 more errors");
    }

    [Fact]
    public void Reference_IntoAFileThatIsNoYaml_IsNotCalledMissing()
    {
        var parts = Small.Split("---\n");
        var result = ResourceLoader.Load([new SourceFile("p.yaml", parts[0] + "\n  broken: [\n"), new SourceFile("m.yaml", parts[1])]);

        result.Errors.ShouldAllBe(error => error.File == "p.yaml");
        result.Errors.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("url: ftp://x", "\"ftp://x\" is not an absolute http or https URL")]
    [InlineData("url: https://user:pw@host/v1", "holds user information; put secrets in credentials")]
    [InlineData("url: ftp://user:pw@host/v1", "is not an absolute http or https URL")]
    [InlineData("url: host/v1?key=secret", "is not an absolute http or https URL")]
    [InlineData("url: https://host/v1?key=1", "holds a query; only scheme, host and path are allowed")]
    [InlineData("url: http://169.254.169.254/latest", "169.254.169.254 is a link-local, metadata or unspecified address")]
    [InlineData("url: http://2852039166/latest", "169.254.169.254 is a link-local, metadata or unspecified address")]
    [InlineData("url: 'http://[::ffff:169.254.169.254]/'", "[::ffff:169.254.169.254] is a link-local, metadata or unspecified address")]
    [InlineData("url: 'http://[fe80::1]/'", "[fe80::1] is a link-local, metadata or unspecified address")]
    [InlineData("url: http://metadata.google.internal/", "metadata.google.internal is a link-local, metadata or unspecified address")]
    [InlineData("url: http://0.0.0.0/", "0.0.0.0 is a link-local, metadata or unspecified address")]
    public void Url_ThatAnEdgeMustNotCall_IsRefused(string endpoint, string expected) =>
        Load(Document("Provider", "p", $"format: openai\nendpoints:\n  - {endpoint}")).Errors.ShouldHaveSingleItem().Message.ShouldBe(expected);

    [Theory]
    [InlineData("{ name: a, fromEnv: PATH }", "is not the name of a variable that edges may read: GG_SECRET_ and then A-Z, 0-9 or _")]
    [InlineData("{ name: a, fromFile: ../etc/passwd }", "is not a file below the edge's secrets folder: relative, without ..")]
    [InlineData("{ name: a, fromFile: /etc/passwd }", "is not a file below the edge's secrets folder: relative, without ..")]
    [InlineData("{ name: a, fromEnv: GG_SECRET_A, fromFile: b }", "has both fromEnv and fromFile; exactly one is needed")]
    [InlineData("{ name: a }", "has neither fromEnv nor fromFile; exactly one is needed")]
    public void Credential_OutsideWhatEdgesMayRead_IsRefused(string credential, string expected) =>
        Load(Document("Provider", "p", $"format: openai\nendpoints: [{{ url: https://host }}]\ncredentials:\n  - {credential}"))
            .Errors.ShouldHaveSingleItem().Message.ShouldBe(expected);

    [Theory]
    [InlineData("circuitBreaker: { failureRatio: 0 }", "0 is not above 0%")]
    [InlineData("circuitBreaker: { failureRatio: 101% }", "101% is not between 0% and 100%")]
    [InlineData("circuitBreaker: { minimumRequests: 1 }", "1 is not between 2 and 1,000,000")]
    [InlineData("circuitBreaker: { window: 499ms }", "499ms is not between 500ms and 1d")]
    [InlineData("circuitBreaker: { breakFor: 25h }", "25h is not between 500ms and 1d")]
    [InlineData("bulkhead: { max: 0 }", "0 is not between 1 and 100,000")]
    [InlineData("bulkhead: { max: many }", "\"many\" is not a whole number")]
    [InlineData("retry: { attemptsPerTarget: 6 }", "6 is not between 1 and 5")]
    [InlineData("timeouts: { connect: 5 }", "\"5\" is not a duration such as 250ms, 10s, 5m, 2h or 14d")]
    [InlineData("timeouts: { connect: }", "has no value; leave the field out to get its default")]
    [InlineData("timeouts: 5s", "is not a map of fields")]
    [InlineData("health: { every: 10s }", "is missing")]
    public void Value_OutOfRange_IsRefusedWithItsBounds(string field, string expected) =>
        Load(Document("Provider", "p", $"format: openai\nendpoints: [{{ url: https://host }}]\n{field}"))
            .Errors.ShouldHaveSingleItem().Message.ShouldBe(expected);

    [Theory]
    [InlineData("clients: [10.0.0.1]", "\"10.0.0.1\" is not a prefix such as 203.0.113.0/24")]
    [InlineData("clients: [10.0.0.1/8]", "10.0.0.1/8 has bits beyond its prefix; 10.0.0.0/8 is meant")]
    [InlineData("clients: [10.0.0.0/8, 10.0.0.0/8]", "\"10.0.0.0/8\" is in the list twice")]
    [InlineData("addresses: [1.2.3]", "\"1.2.3\" is not an IP address")]
    [InlineData("capacity: { streams: 1.5 }", "\"1.5\" is not a count such as 100, 2k or 200M")]
    [InlineData("peers: [eu]", "names itself")]
    public void Region_WithWrongValues_IsRefused(string field, string expected) =>
        Load(Document("Region", "eu", field)).Errors.ShouldHaveSingleItem().Message.ShouldBe(expected);

    [Fact]
    public void Fallbacks_InACircle_AreRefused()
    {
        var provider = Document("Provider", "p", "format: openai\nendpoints: [{ url: https://host }]");
        var targets = "targets: [{ provider: p, model: m }]\n";

        var errors = Load(Documents(
            provider,
            Document("Model", "a", targets + "fallbacks: [b]"),
            Document("Model", "b", targets + "fallbacks: [c]"),
            Document("Model", "c", targets + "fallbacks: [a]"))).Errors;

        errors.ShouldHaveSingleItem().ToString().ShouldContain("Model/c  spec.fallbacks[0]: is a circle: a → b → c → a");
    }

    [Fact]
    public void Alias_TakenByAnotherModel_IsRefused()
    {
        var targets = "targets: [{ provider: openai, model: m }]\n";
        var text = Documents(
            Small + "\n",
            Document("Model", "one", targets + "aliases: [fast, x]"),
            Document("Model", "two", targets + "aliases: [x]"));

        Load(text).Errors.Select(error => $"{error.Resource} {error.Path}: {error.Message}").ShouldBe(
        [
            "Model/one spec.aliases[0]: \"fast\" is the name of Model/fast (gitops/test.yaml:9)",
            "Model/two spec.aliases[0]: \"x\" is already an alias of Model/one (gitops/test.yaml:18)",
        ]);
    }

    [Fact]
    public void Reference_ToAnAlias_SaysTheName() =>
        Load(Documents(
                Small + "\n  aliases: [gpt-4o-mini]\n",
                Document("Tenant", "acme", "models: [gpt-4o-mini]")))
            .Errors.ShouldHaveSingleItem().Message.ShouldBe("no Model named \"gpt-4o-mini\"; it is an alias of Model/fast: write \"fast\"");

    [Fact]
    public void Key_OfTwoTenants_IsRefusedWithoutShowingIt()
    {
        var key = $"keys: [{{ name: a, sha256: {new string('a', 64)} }}]";

        var error = Load(Documents(Document("Tenant", "one", key), Document("Tenant", "two", key))).Errors.ShouldHaveSingleItem().ToString();

        error.ShouldContain("Tenant/two  spec.keys[0].sha256: this key is already in Tenant/one");
        error.ShouldNotContain("aaaa");
    }

    [Fact]
    public void Limits_WithoutAnyLimit_AreRefused()
    {
        Load(Document("RateLimit", "r", "appliesTo: {}")).Errors.ShouldHaveSingleItem().Message.ShouldStartWith("sets no limit");
        Load(Document("Budget", "b", "appliesTo: {}\nlimit: {}")).Errors.ShouldHaveSingleItem().Message.ShouldStartWith("sets no limit");
        Load(Document("Budget", "b", "appliesTo: {}\nlimit: { spend: 5 EUR }")).Errors.ShouldHaveSingleItem().Message.ShouldBe("\"5 EUR\" is not an amount such as 0.15 USD");
        Load(Document("Budget", "b", "appliesTo: { team: x }\nlimit: { spend: 5 USD }")).Errors.ShouldHaveSingleItem().Message.ShouldStartWith("team and key are a tenant's");
    }
}
