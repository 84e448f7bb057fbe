using System.Text.Json;
using GlobalGateway.Contracts.Bundles;
using GlobalGateway.Contracts.Canonical;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Bundles;
using GlobalGateway.ControlPlane.Store;
using Shouldly;

namespace GlobalGateway.Config.Stores;

/// <summary>What must hold of a fleet that is at rest, whatever happened to its leaders and its store.</summary>
internal static class Legality
{
    /// <summary>Every pointer in the store is signed and names a whole bundle, and every edge serves the newest of its own.</summary>
    public static async Task ShouldBeLegalAsync(this StoreFleet fleet)
    {
        var trusted = new TrustedKeys(fleet.Paths.Trust);
        var shelf = new BundleShelf(fleet.Store, fleet.Keys);
        var pointers = new Dictionary<string, SignedDocument>(StringComparer.Ordinal);
        foreach (var entry in (await fleet.Store.RangeAsync(StoreQuery.All(fleet.Keys.Pointers), CancellationToken.None)).Entries)
        {
            var cohort = entry.Key[fleet.Keys.Pointers.Length..];
            var document = JsonSerializer.Deserialize(entry.Value, BundleJsonContext.Default.SignedDocument)!;
            document.WhyNot(trusted, SignedType.Pointer, fleet.Keys.Fleet, [cohort]).ShouldBeNull();
            var target = BundleReader.Pointer(document);
            var manifest = JsonSerializer.Deserialize((await shelf.ManifestAsync(target.Bundle, CancellationToken.None)).ShouldNotBeNull(cohort), BundleJsonContext.Default.SignedDocument)!;
            manifest.WhyNot(trusted, SignedType.Manifest, fleet.Keys.Fleet, [BundleFormat.WholeFleet]).ShouldBeNull();
            ContentHash.Of((await shelf.ResourcesAsync(target.Bundle, CancellationToken.None)).ShouldNotBeNull()).ShouldBe(target.ContentHash);
            pointers[cohort] = document;
        }

        (await fleet.StateAsync()).Cohorts.Select(cohort => (cohort.Key, cohort.Value.Sequence)).Order()
            .ShouldBe(pointers.Select(pointer => (pointer.Key, pointer.Value.Sequence)).Order(), "the state says what the pointers say");
        foreach (var region in StoreFleet.Regions)
        {
            var told = Cohort.Of(region, "edge-1").Select(pointers.GetValueOrDefault).OfType<SignedDocument>().MaxBy(pointer => pointer.Sequence).ShouldNotBeNull(region);
            (await fleet.ServedAsync(region)).ShouldBe((ContentHash.Revision(BundleReader.Pointer(told).ContentHash), told.Sequence), region);
        }
    }

    /// <summary>Whether a control plane knows of a stream of every edge.</summary>
    public static async Task<bool> AreConnectedAsync(this StoreFleet fleet, string plane)
    {
        using var told = await fleet.GetAsync(plane, "/api/v1/edges");
        var connected = told.RootElement.GetProperty("edges").EnumerateArray().Where(edge => edge.GetProperty("connected").GetBoolean()).Select(edge => edge.GetProperty("region").GetString());
        return StoreFleet.Regions.All(connected.Contains);
    }

    /// <summary>Whether every control plane says of every edge what the edge says of itself, and that it serves what it is told.</summary>
    public static async Task<bool> AgreesAsync(this StoreFleet fleet)
    {
        foreach (var plane in StoreFleet.Planes)
        {
            using var told = await fleet.GetAsync(plane, "/api/v1/edges");
            foreach (var region in StoreFleet.Regions)
            {
                var edge = told.RootElement.GetProperty("edges").EnumerateArray().Single(edge => edge.GetProperty("region").GetString() == region);
                var served = await fleet.ServedAsync(region);
                if (edge.GetProperty("state").GetString() != "ack" || edge.GetProperty("sequence").GetInt64() != served.Sequence || edge.GetProperty("revision").GetString() != served.Revision)
                {
                    return false;
                }
            }
        }

        return true;
    }
}
