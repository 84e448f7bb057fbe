using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.EdgeNode.Configuration;
using GlobalGateway.EdgeNode.Hosting;
using GlobalGateway.EdgeNode.Revocations;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.EdgeNode.Revocations;

public sealed class RevocationLaneTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("gg-lane-").FullName;
    private readonly SigningKey _key;
    private readonly RevokedKeys _revoked = new();

    public RevocationLaneTests()
    {
        _key = SigningKey.OpenOrCreate(Path.Combine(_root, "signing.key"));
        _key.WritePublic(Path.Combine(_root, "trust"));
    }

    public void Dispose()
    {
        _key.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Take_List_RefusesItsKeysAndNoOthers()
    {
        Lane().Take(List(3, "one", "two")).ShouldBeNull();

        IsRevoked("one").ShouldBeTrue();
        IsRevoked("two").ShouldBeTrue();
        IsRevoked("three").ShouldBeFalse();
    }

    [Fact]
    public void Take_OlderOrOtherListOfTheSameSequence_ChangesNothing()
    {
        var lane = Lane();
        lane.Take(List(3, "one")).ShouldBeNull();

        lane.Take(List(2)).ShouldBe("its sequence 2 is not above 3, which is in force here");
        lane.Take(List(3)).ShouldBe("its sequence 3 is not above 3, which is in force here");

        lane.Sequence.ShouldBe(3);
        IsRevoked("one").ShouldBeTrue();
    }

    [Fact]
    public void StartFromDisk_AfterARestart_IsInForceAndTakesNothingOlder()
    {
        Lane().Take(List(3, "one")).ShouldBeNull();
        _revoked.Replace(new RevocationList { Keys = [] });

        var next = Lane();
        next.StartFromDisk();

        IsRevoked("one").ShouldBeTrue();
        next.Take(List(2)).ShouldNotBeNull();
        next.WhyDegraded.ShouldBeNull();
    }

    [Fact]
    public void StartFromDisk_DamagedFile_SaysSoAndTakesTheNextList()
    {
        Lane().Take(List(3, "one")).ShouldBeNull();
        var path = Path.Combine(_root, "data", "config", "revocations");
        var bytes = File.ReadAllBytes(path);
        bytes[^10] ^= 1;
        File.WriteAllBytes(path, bytes);

        var lane = Lane();
        lane.StartFromDisk();

        lane.WhyDegraded.ShouldNotBeNull().ShouldContain("damaged");
        lane.Take(List(3, "one")).ShouldBeNull();
        lane.WhyDegraded.ShouldBeNull();
    }

    [Fact]
    public void Take_SignedForAnotherPurposeOrFleetOrByAnother_IsRefused()
    {
        var payload = List(1, "one").Payload;
        using var stranger = SigningKey.OpenOrCreate(Path.Combine(_root, "stranger.key"));
        var lane = Lane();

        lane.Take(SignedDocument.Sign(_key, SignedType.Pointer, "test", BundleFormat.WholeFleet, 1, payload)).ShouldNotBeNull();
        lane.Take(SignedDocument.Sign(_key, SignedType.Revocations, "other", BundleFormat.WholeFleet, 1, payload)).ShouldNotBeNull();
        lane.Take(SignedDocument.Sign(stranger, SignedType.Revocations, "test", BundleFormat.WholeFleet, 1, payload)).ShouldNotBeNull();
        lane.Take(SignedDocument.Sign(_key, SignedType.Revocations, "test", BundleFormat.WholeFleet, 1, """{"keys":["not-a-digest"]}"""u8.ToArray())).ShouldNotBeNull();
        lane.Take(SignedDocument.Sign(_key, SignedType.Revocations, "test", BundleFormat.WholeFleet, 1, """{"keys":[null]}"""u8.ToArray())).ShouldNotBeNull();

        lane.Sequence.ShouldBe(0);
        IsRevoked("one").ShouldBeFalse();
    }

    [Fact]
    public void Take_SameListSignedByAnotherTrustedKey_IsKeptWithItsNewSignature()
    {
        using var next = SigningKey.OpenOrCreate(Path.Combine(_root, "next.key"));
        next.WritePublic(Path.Combine(_root, "trust"));
        var lane = Lane();
        lane.Take(List(3, "one")).ShouldBeNull();

        lane.Take(SignedDocument.Sign(next, SignedType.Revocations, "test", BundleFormat.WholeFleet, 3, List(3, "one").Payload)).ShouldBeNull();

        var restarted = Lane();
        restarted.StartFromDisk();
        restarted.Held!.KeyId.ShouldBe(next.Id);
    }

    [Fact]
    public async Task Client_WithARevokedKey_IsRefusedUnderAnyBundle()
    {
        await using var upstream = await ScriptedUpstream.StartAsync();
        await using var edge = await EdgeHost.StartAsync(TestResources.For(upstream));
        (await edge.ChatAsync()).EnsureSuccessStatusCode();

        ((RevokedKeys)edge.Services.GetService(typeof(RevokedKeys))!).Replace(new RevocationList { Keys = [EdgeHost.Sha256(EdgeHost.Key)] });
        var refused = await edge.ChatAsync();
        edge.Snapshots.TryActivate("2", TestResources.For(upstream)).ShouldBeEmpty();
        var again = await edge.ChatAsync();

        ((int)refused.StatusCode, (int)again.StatusCode).ShouldBe((401, 401));
        using var body = JsonDocument.Parse(await again.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        body.RootElement.GetProperty("error").GetProperty("code").GetString().ShouldBe("key_revoked");
        edge.Snapshots.Current!.Signals.Total.ShouldBe(0);
    }

    private bool IsRevoked(string key) => _revoked.Contains(Convert.FromHexString(EdgeHost.Sha256(key)));

    private SignedDocument List(long sequence, params string[] keys) => SignedDocument.Sign(
        _key, SignedType.Revocations, "test", BundleFormat.WholeFleet, sequence,
        JsonSerializer.SerializeToUtf8Bytes(new RevocationList { Keys = [.. keys.Select(EdgeHost.Sha256).Order(StringComparer.Ordinal)] }, BundleJsonContext.Default.RevocationList));

    private RevocationLane Lane()
    {
        var options = new EdgeOptions
        {
            Fleet = "test", Region = "us-east", Name = "edge-1", DataDirectory = Path.Combine(_root, "data"), PublicListen = [], ManagementListen = "",
            TrustKeys = Path.Combine(_root, "trust"),
        };
        return new RevocationLane(new BundleDisk(Path.Combine(options.DataDirectory, BundleDisk.Folder), NullLogger<BundleDisk>.Instance), new BundleTrust(options), _revoked, NullLogger<RevocationLane>.Instance);
    }
}
