using System.Diagnostics;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.Fuzz.Config;

/// <summary>Mutated configuration gives errors or a valid load; it never crashes or hangs, and what loads can be served.</summary>
public class ConfigFuzzTests
{
    private const int Files = 10_000;

    /// <summary>Printed with the outcomes; <c>GG_FUZZ_SEED</c> asks for another.</summary>
    private static readonly int Seed = int.TryParse(Environment.GetEnvironmentVariable("GG_FUZZ_SEED"), out var seed) ? seed : 20261121;

    private static readonly TimeSpan OneLoadMax = TimeSpan.FromSeconds(2);

    [Fact]
    public void Files_Mutated_GiveErrorsOrAValidLoad()
    {
        var seeds = Directory.EnumerateFiles(SourceTree.PathOf("gitops"), "*.yaml", SearchOption.AllDirectories)
            .Where(path => Path.GetFileName(path) != "overlay.yaml")
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(Path.GetRelativePath(SourceTree.Root, path), File.ReadAllText(path)))
            .ToList();
        var environment = seeds.Where(file => file.Path.Contains("base", StringComparison.Ordinal)).ToList();
        ResourceLoader.Load(environment).Errors.ShouldBeEmpty();
        var texts = seeds.Select(file => file.Text).ToList();
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var slowest = TimeSpan.Zero;

        for (var number = 0; number < Files; number++)
        {
            var chosen = environment[number % environment.Count];
            var mutated = chosen with { Text = new TextMutator(Seed + number).Mutate(chosen.Text, texts) };
            var started = Stopwatch.GetTimestamp();
            var outcome = Outcome([.. environment.Where(file => file != chosen), mutated], number);
            var took = Stopwatch.GetElapsedTime(started);
            slowest = took > slowest ? took : slowest;
            took.ShouldBeLessThan(OneLoadMax, $"mutation {number} of {chosen.Path}");
            outcomes[outcome] = outcomes.GetValueOrDefault(outcome) + 1;
        }

        Console.WriteLine($"{Files} mutated files (seed {Seed}), slowest {slowest.TotalMilliseconds:0} ms:");
        foreach (var (outcome, count) in outcomes)
        {
            Console.WriteLine($"  {count,6}  {outcome}");
        }

        outcomes.Keys.Count(outcome => outcome.StartsWith("loads", StringComparison.Ordinal)).ShouldBeGreaterThan(0);
        outcomes.Keys.Count(outcome => outcome.StartsWith("error", StringComparison.Ordinal)).ShouldBeGreaterThan(3);
    }

    [Theory]
    [InlineData("one long word", "a", "")]
    [InlineData("one long quoted text", "\"", "x")]
    [InlineData("a list opened again and again", "[", "")]
    [InlineData("lists in lists", "", "- ")]
    [InlineData("keys in keys", "", "? ")]
    [InlineData("maps in maps", "", "{a: ")]
    [InlineData("a very wide list", "a: [", "1,")]
    [InlineData("the same key again and again", "", "a: 1\n")]
    [InlineData("documents without end", "", "---\n")]
    [InlineData("aliases", "", "- *a\n")]
    [InlineData("tags", "", "!<tag:x> ")]
    [InlineData("comments", "", "# x\n")]
    [InlineData("block text", "a: |\n", "  x\n\n")]
    [InlineData("folded text", "a: >\n", "  x\n\n")]
    [InlineData("tabs", "a:\n", "\t")]
    [InlineData("directives", "", "%YAML 1.1\n")]
    [InlineData("colons", "", ":")]
    [InlineData("dashes", "", "-")]
    [InlineData("escapes", "a: \"", "\\u0041")]
    public void File_Large_OfOneThing_IsReadInTime(string what, string start, string repeated)
    {
        var unit = repeated.Length == 0 ? start : repeated;
        var text = start + string.Concat(Enumerable.Repeat(unit, (int)(LoadLimits.FileBytesMax / 2 / unit.Length)));
        var started = Stopwatch.GetTimestamp();

        ResourceLoader.Load([new SourceFile("large.yaml", text)]);

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(20), what);
    }

    [Fact]
    public void File_WithVeryManyUnknownFields_IsReadInTime()
    {
        var text = "apiVersion: globalgateway.dev/v1\nkind: Region\nmetadata: { name: x }\nspec:\n"
            + string.Concat(Enumerable.Range(0, 100_000).Select(number => $"  field{number}: 1\n"));
        var started = Stopwatch.GetTimestamp();

        ResourceLoader.Load([new SourceFile("wide.yaml", text)]).Errors.Count.ShouldBe(LoadLimits.ErrorsMax + 1);

        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Chunks_Mutated_AreNeverTakenForTheBundle()
    {
        var resources = ResourceLoader.Load(SourceTree.PathOf("gitops", "local")).Resources.ShouldNotBeNull();
        var (bundle, _) = CompiledBundle.Compile(resources, DateTimeOffset.UnixEpoch);
        var manifest = BundleReader.Manifest(bundle!.Manifest, bundle.Digest);
        var random = new Random(Seed);
        var refused = 0;

        for (var number = 0; number < 2_000; number++)
        {
            var victim = manifest.Chunks[random.Next(manifest.Chunks.Count)].Sha256;
            var bytes = (byte[])bundle.Chunks[victim].Clone();
            bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                BundleReader.Resources(manifest, digest => digest == victim ? bytes : bundle.Chunks[digest]);
            }
            catch (BundleException)
            {
                refused++;
            }
        }

        refused.ShouldBe(2_000);
    }

    [Fact]
    public void Lines_Mutated_ReadAsAResourceOrAsJsonThatIsNone()
    {
        var lines = ResourceLoader.Load(SourceTree.PathOf("gitops", "local")).Resources.ShouldNotBeNull().All()
            .Select(resource => System.Text.Encoding.UTF8.GetString(CanonicalJson.Write(resource))).ToList();
        var read = 0;
        for (var number = 0; number < 5_000; number++)
        {
            var mutated = new TextMutator(Seed + number).Mutate(lines[number % lines.Count], lines);
            try
            {
                CanonicalJson.Read(System.Text.Encoding.UTF8.GetBytes(mutated)).Name.ShouldNotBeNull();
                read++;
            }
            catch (System.Text.Json.JsonException)
            {
                // A refusal.
            }
        }

        Console.WriteLine($"5000 mutated canonical lines: {read} still a resource, {5_000 - read} refused");
        read.ShouldBeLessThan(5_000);
    }

    private static string Outcome(IReadOnlyList<SourceFile> files, int number)
    {
        var result = ResourceLoader.Load(files);
        if (result.Resources is { } resources)
        {
            result.Errors.ShouldBeEmpty($"mutation {number}");
            Serveable(resources);
            return "loads, compiles and reads back the same";
        }

        result.Errors.ShouldNotBeEmpty($"mutation {number}");
        result.Errors.ShouldAllBe(error => error.Message.Length > 0 && error.File.Length > 0, $"mutation {number}");
        return "error: " + Kind(result.Errors[0].Message);
    }

    /// <summary>What loads is compiled, read back and has the same content.</summary>
    private static void Serveable(ResourceSet resources)
    {
        var (bundle, problem) = CompiledBundle.Compile(resources, DateTimeOffset.UnixEpoch);
        problem.ShouldBeNull();
        var manifest = BundleReader.Manifest(bundle!.Manifest, bundle.Digest);
        ContentHash.Of(BundleReader.Resources(manifest, digest => bundle.Chunks[digest])).ShouldBe(bundle.ContentHash);
    }

    /// <summary>The message without the names and numbers of the case.</summary>
    private static string Kind(string message) => message switch
    {
        _ when message.StartsWith("is not YAML", StringComparison.Ordinal) => "not YAML",
        _ when message.StartsWith("no such field", StringComparison.Ordinal) => "unknown field",
        _ when message.Contains("already", StringComparison.Ordinal) => "used twice",
        _ when message.StartsWith("no ", StringComparison.Ordinal) => "dangling reference",
        _ when message.Contains("is not one of", StringComparison.Ordinal) => "unknown choice",
        _ when message.StartsWith("is missing", StringComparison.Ordinal) => "missing field",
        _ when message.Contains("is not between", StringComparison.Ordinal) || message.Contains(" is above ", StringComparison.Ordinal) => "out of range",
        _ when message.Contains("are not taken", StringComparison.Ordinal) => "anchor, alias or tag",
        _ when message.Contains("is not a resource", StringComparison.Ordinal) => "not a resource",
        _ => "wrong value",
    };
}
