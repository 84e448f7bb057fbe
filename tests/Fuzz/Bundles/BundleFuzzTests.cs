using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Snapshots;
using GlobalGateway.EdgeNode.Upstreams;
using GlobalGateway.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace GlobalGateway.Fuzz.Bundles;

/// <summary>
/// Bundles that were changed before a trusted key signed them: an edge refuses them with a reason or serves them; it never ends, hangs or
/// throws what it does not expect. <c>GG_FUZZ_BUNDLES</c> asks for another number than CI's, <c>GG_FUZZ_SEED</c> for others.
/// </summary>
[Trait("suite", "config")]
public sealed class BundleFuzzTests : IDisposable
{
    private const string Fleet = "fuzz";
    private const int ThroughTheDiskEvery = 100;
    private const double ShareMin = 0.2;

    private static readonly int Count = Number("GG_FUZZ_BUNDLES", 50_000);
    private static readonly int Seed = Number("GG_FUZZ_SEED", 20261121);
    private static readonly TimeSpan OneBundleMax = TimeSpan.FromSeconds(5);

    private readonly string _root = Directory.CreateTempSubdirectory("gg-bundles-").FullName;
    private readonly SigningKey _key;
    private readonly EdgeOptions _options;

    public BundleFuzzTests()
    {
        _key = SigningKey.OpenOrCreate(Path.Combine(_root, "signing.key"));
        _key.WritePublic(Path.Combine(_root, "trust"));
        _options = new EdgeOptions
        {
            Fleet = Fleet, Region = "us-east", Name = "edge-1", DataDirectory = Path.Combine(_root, "data"), PublicListen = [], ManagementListen = "", TrustKeys = Path.Combine(_root, "trust"),
        };
    }

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Bundles_MutatedBeforeSigning_AreRefusedOrServed()
    {
        var bases = Bases();
        var lines = bases.ConvertAll(resources => resources.All().Select(CanonicalJson.Write).ToList());
        var reached = new int[5];
        var reasons = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var unexpected = new SortedDictionary<string, int>(StringComparer.Ordinal);
        var slowest = (Took: TimeSpan.Zero, Seed: 0);
        var gate = new Lock();
        Parallel.For(0, Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, () => new Edge(this, bases), (number, _, edge) =>
        {
            var seed = unchecked(Seed + number);
            var bundle = MutatedBundle.Make(seed, lines[number % lines.Count], _key, Fleet);
            var started = Stopwatch.GetTimestamp();
            var (stage, why, wild) = edge.Try(bundle, number % bases.Count, number % ThroughTheDiskEvery == 0);
            var took = Stopwatch.GetElapsedTime(started);
            lock (gate)
            {
                for (var passed = 0; passed <= (int)stage; passed++)
                {
                    reached[passed]++;
                }

                slowest = took > slowest.Took ? (took, seed) : slowest;
                var kind = $"{stage}: {why}";
                reasons[kind] = reasons.GetValueOrDefault(kind) + 1;
                if (wild is not null)
                {
                    unexpected[$"{wild} (seed {seed})"] = 1;
                }
            }

            return edge;
        }, edge => edge.Dispose());

        Console.WriteLine($"{Count:#,0} bundles mutated before signing (seed {Seed}), slowest {slowest.Took.TotalMilliseconds:0} ms (seed {slowest.Seed}):");
        foreach (var stage in Enum.GetValues<Stage>())
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {100.0 * reached[(int)stage] / Count,5:0.0} % reach {stage}"));
        }

        foreach (var (reason, times) in reasons.OrderByDescending(pair => pair.Value).Take(25))
        {
            Console.WriteLine($"  {times,8:#,0}  {reason}");
        }

        unexpected.Keys.Take(20).ShouldBeEmpty();
        slowest.Took.ShouldBeLessThan(OneBundleMax);
        foreach (var stage in (Stage[])[Stage.Decode, Stage.Build, Stage.SelfTest])
        {
            ((double)reached[(int)stage] / Count).ShouldBeGreaterThanOrEqualTo(ShareMin, $"share reaching {stage}");
        }
    }

    private static List<ResourceSet> Bases()
    {
        var folder = SourceTree.PathOf("gitops");
        return
        [
            .. new[] { "local", "production" }.Select(overlay => Path.Combine(folder, overlay)).Where(Directory.Exists)
                .Select(path => ResourceLoader.Load(path)).Where(result => result.Resources is not null).Select(result => result.Resources!),
            Small(),
        ];
    }

    /// <summary>A little of every kind whose files the repository has little of.</summary>
    private static ResourceSet Small() => new()
    {
        Regions = [new Region { Name = "us-east" }],
        Providers = [new Provider { Name = "p", Format = ProviderFormat.OpenAI, Endpoints = [new ProviderEndpoint { Name = "main", Url = "http://127.0.0.1:9/v1" }] }],
        Models =
        [
            new Model { Name = "fast", Aliases = ["quick"], Fallbacks = ["smart"], Targets = [new ModelTarget { Provider = "p", Model = "m" }] },
            new Model { Name = "smart", Targets = [new ModelTarget { Provider = "p", Model = "n" }] },
        ],
        Routes =
        [
            new Route
            {
                Name = "words",
                Match = new RouteMatch { Path = "/v1/words/**", Methods = ["POST"], Headers = [new NameValue { Name = "x-team", Value = "nlp" }] },
                Service = new RouteService { Endpoints = [new ServiceEndpoint { Url = "http://127.0.0.1:9" }] },
            },
        ],
        Tenants =
        [
            new Tenant { Name = "acme", Models = ["*"], Keys = [new ClientKey { Name = "ci", Sha256 = new string('a', 64), Team = "blue" }] },
            new Tenant { Name = "beta", Models = ["fast", "s*"], Keys = [new ClientKey { Name = "ci", Sha256 = new string('b', 64), NotAfter = DateTimeOffset.UnixEpoch }] },
        ],
        RateLimits = [new RateLimit { Name = "acme", AppliesTo = new AppliesTo { Tenant = "acme" }, Requests = new Rate { Limit = 10, Per = TimeSpan.FromSeconds(1) } }],
        Guardrails = [new Guardrail { Name = "words", AppliesTo = new AppliesTo(), Deny = ["confidential|secret"] }],
    };

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    /// <summary>How far a bundle comes on its way to serving.</summary>
    private enum Stage
    {
        Manifest,
        Decode,
        Build,
        SelfTest,
        Served,
    }

    /// <summary>The parts of an edge that take bundles, as they are put together in it.</summary>
    private sealed class Edge : IDisposable
    {
        private static int _edges;

        private readonly BundleFuzzTests _test;
        private readonly BundleTrust _trust;
        private readonly SnapshotBuilder _builder;
        private readonly List<RuntimeRegistry> _registries;
        private readonly BundleMemory _memory;
        private readonly BundleActivator _activator;
        private long _sequence;

        public Edge(BundleFuzzTests test, List<ResourceSet> bases)
        {
            _test = test;
            _trust = new BundleTrust(test._options);
            _builder = new SnapshotBuilder(test._options, TimeProvider.System);
            _registries = bases.ConvertAll(RuntimeOf);
            var disk = new BundleDisk(Path.Combine(test._root, $"disk-{Interlocked.Increment(ref _edges)}"), NullLogger<BundleDisk>.Instance);
            _memory = new BundleMemory(test._options, disk, TimeProvider.System, NullLogger<BundleMemory>.Instance);
            _activator = new BundleActivator(
                _memory, new BundleAssembler(disk, _trust), _trust, new SnapshotStore(_builder, new RuntimeRegistry(), TimeProvider.System),
                new ConfigStatus(test._options, TimeProvider.System), NullLogger<BundleActivator>.Instance);
        }

        /// <summary>The stage that was reached, why it went no further, and what nobody expected.</summary>
        public (Stage Stage, string Why, string? Unexpected) Try(MutatedBundle bundle, int number, bool throughTheDisk)
        {
            var stage = Stage.Manifest;
            try
            {
                if (throughTheDisk)
                {
                    Apply(bundle);
                }

                _trust.WhyNot(bundle.Document, SignedType.Manifest).ShouldBeNull();
                var manifest = BundleReader.Manifest(bundle.Document.Payload, bundle.Digest);
                stage = Stage.Decode;
                var resources = BundleReader.Resources(manifest, digest => bundle.Chunks.GetValueOrDefault(digest));
                stage = Stage.Build;
                var errors = new List<string>();
                var snapshot = _builder.Build(new BundleIdentity("fuzz", bundle.Digest), resources, null, _registries[number].Begin(), errors);
                if (snapshot is null)
                {
                    return (stage, Shape(errors[0]), null);
                }

                stage = Stage.SelfTest;
                return SnapshotSelfTest.Run(snapshot) is [var broken, ..] ? (stage, Shape(broken), null) : (Stage.Served, "", null);
            }
            catch (BundleException problem)
            {
                return (stage, Shape(problem.Message), null);
            }
            catch (Exception problem)
            {
                return (stage, problem.GetType().Name, $"{stage}: {problem.GetType().Name}: {problem.Message} {problem.StackTrace?.Split('\n')[0].Trim()}");
            }
        }

        /// <summary>What an edge runs that serves the bundle as it was before it was changed.</summary>
        private RuntimeRegistry RuntimeOf(ResourceSet resources)
        {
            var registry = new RuntimeRegistry();
            var draft = registry.Begin();
            _builder.Build(new BundleIdentity("sound"), resources, null, draft, []).ShouldNotBeNull();
            draft.Commit();
            return registry;
        }

        public void Dispose()
        {
            _memory.Dispose();
            _activator.Dispose();
        }

        /// <summary>The whole way, disk and all; whatever is wrong with the bundle is an answer.</summary>
        private void Apply(MutatedBundle bundle)
        {
            var pointer = SignedDocument.Sign(_test._key, SignedType.Pointer, Fleet, BundleFormat.WholeFleet, ++_sequence, JsonSerializer.SerializeToUtf8Bytes(
                new BundlePointer { Bundle = bundle.Digest, ContentHash = bundle.ContentHash }, BundleJsonContext.Default.BundlePointer));
            var answer = _activator.ApplyAsync(pointer, new Parts(bundle), CancellationToken.None).GetAwaiter().GetResult();
            (answer.Revision ?? answer.Problem).ShouldNotBeNullOrEmpty();
        }

        /// <summary>Names and numbers differ from bundle to bundle; what is left of a reason says which rule refused.</summary>
        private static string Shape(string reason)
        {
            var text = reason.Contains(": ", StringComparison.Ordinal) && reason.Contains('/', StringComparison.Ordinal) ? reason[(reason.IndexOf(": ", StringComparison.Ordinal) + 2)..] : reason;
            return new string([.. text.TakeWhile(letter => letter is not ('"' or '\'' or '|' or '.')).Where(letter => !char.IsAsciiDigit(letter)).Take(60)]);
        }
    }

    private sealed class Parts(MutatedBundle bundle) : IBundleParts
    {
        public Task<byte[]?> ManifestAsync(string digest, CancellationToken cancel) =>
            Task.FromResult<byte[]?>(JsonSerializer.SerializeToUtf8Bytes(bundle.Document, BundleJsonContext.Default.SignedDocument));

        public Task<byte[]?> ChunkAsync(string digest, CancellationToken cancel) => Task.FromResult(bundle.Chunks.GetValueOrDefault(digest));
    }
}
