using System.Text.Json.Serialization;
using GlobalGateway.Contracts.Bundles;

namespace GlobalGateway.EdgeNode.Configuration;

/// <summary>
/// What an edge remembers of what it served. Invariants: the sequence never falls; a bundle is on trial from its swap until it
/// has served for <see cref="TrialTime"/>; one under which the process has died twice soon after the swap is not taken again;
/// a bundle that was left while on trial pushes no good one out.
/// </summary>
public sealed record HeldBundles
{
    public const int BundlesKept = 3;
    public const int DeathsMax = 2;
    public const int CrashedKept = 8;

    /// <summary>Serving this long without a restart makes a bundle good.</summary>
    public static readonly TimeSpan TrialTime = TimeSpan.FromSeconds(60);

    /// <summary>A death this soon after the swap counts against the bundle.</summary>
    public static readonly TimeSpan BlameTime = TimeSpan.FromMinutes(5);

    /// <summary>The highest sequence ever served; nothing older is taken, across restarts too.</summary>
    public long Sequence { get; init; }

    /// <summary>The pointer with that sequence, though its bundle may have been given up since: whoever lost it gets it back from here.</summary>
    public SignedDocument? Highest { get; init; }

    /// <summary>The newest pointer that was for more than this edge alone: what a neighbour may take from here.</summary>
    public SignedDocument? Shared { get; init; }

    /// <summary>Newest first: what is served, then the last good ones.</summary>
    public IReadOnlyList<SignedDocument> Pointers { get; init; } = [];

    /// <summary>Sequences of those pointers that were left before their bundles had proven good.</summary>
    public IReadOnlyList<long> Unproven { get; init; } = [];

    /// <summary>Absent when the newest is good.</summary>
    public BundleTrial? Trial { get; init; }

    /// <summary>Bundles that were given up.</summary>
    public IReadOnlyList<string> Crashed { get; init; } = [];

    /// <summary>Set while the process runs; found set at a start, the one before has died.</summary>
    public bool Running { get; init; }

    /// <summary>Puts a pointer first and forgets all but the last few.</summary>
    /// <param name="alone">The pointer is for this edge alone.</param>
    public HeldBundles With(SignedDocument pointer, string bundle, DateTimeOffset now, bool alone = false)
    {
        var next = this with
        {
            Sequence = Math.Max(Sequence, pointer.Sequence),
            Highest = pointer.Sequence >= Sequence ? pointer : Highest,
            Shared = alone ? Shared : pointer,
            Running = true,
        };
        if (Pointers is [var served, ..] && IsSame(served, pointer))
        {
            // The same bundle goes on being served: its trial, or its having passed it, stays.
            return next with { Pointers = [pointer, .. Pointers.Skip(1)] };
        }

        var left = Trial is not null && Pointers.Count > 0 ? Unproven.Append(Pointers[0].Sequence).ToHashSet() : [.. Unproven];
        var others = Pointers.Where(other => !IsSame(other, pointer)).ToList();
        var good = others.FindAll(other => !left.Contains(other.Sequence));
        others = good.Count > 0 ? [.. good.Take(BundlesKept)] : [.. others.Take(BundlesKept - 1)];
        return next with
        {
            Pointers = [pointer, .. others],
            Unproven = [.. others.Select(other => other.Sequence).Where(left.Contains)],
            Trial = Trial?.Bundle == bundle ? Trial : new BundleTrial(bundle, now, 0),
        };
    }

    /// <summary>A process starts: a death of the one before is counted, and a bundle with too many is given up if there is another.</summary>
    public HeldBundles Started(DateTimeOffset now)
    {
        if (!Running || Trial is not { } trial || now - trial.At > BlameTime)
        {
            return this with { Running = true };
        }

        var deaths = trial.Deaths + 1;
        return deaths < DeathsMax || Pointers.Count < 2
            ? this with { Trial = trial with { Deaths = deaths }, Running = true }
            : this with
            {
                Pointers = [.. Pointers.Skip(1)],
                Trial = null,
                Crashed = [trial.Bundle, .. Crashed.Take(CrashedKept - 1)],
                Running = true,
            };
    }

    /// <summary>The bundle has served long enough.</summary>
    public HeldBundles Proven(string bundle) => Trial?.Bundle == bundle ? this with { Trial = null } : this;

    public HeldBundles Stopped() => this with { Running = false };

    private static bool IsSame(SignedDocument one, SignedDocument other) => one.Payload.AsSpan().SequenceEqual(other.Payload);
}

/// <summary>A bundle that is not good yet.</summary>
public sealed record BundleTrial(string Bundle, DateTimeOffset At, int Deaths);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    RespectNullableAnnotations = true,
    MaxDepth = 8)]
[JsonSerializable(typeof(HeldBundles))]
internal sealed partial class HeldJsonContext : JsonSerializerContext;
