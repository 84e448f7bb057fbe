using GlobalGateway.Testing.Fleets;
using Xunit;

namespace GlobalGateway.EndToEnd.Config;

/// <summary>A fleet of three regions whose copy of the configuration these tests edit.</summary>
public sealed class ConfigFleet : FleetFixture, IAsyncLifetime
{
    public static readonly IReadOnlyList<string> Regions = ["us-east", "eu-west", "ap-south"];

    private const string EditedFile = "edited-by-test.yaml";

    public async ValueTask InitializeAsync() => await StartAsync();

    /// <summary>Saves resources into the overlay, beside its own; absent removes them again.</summary>
    public void Save(string? resources)
    {
        var path = Path.Combine(ConfigDirectory, EditedFile);
        if (resources is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllText(path, resources);
        }
    }
}

[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ConfigFleetTests : ICollectionFixture<ConfigFleet>
{
    public const string Name = "fleet whose configuration is edited";
}
