using System.Text.Json;
using GlobalGateway.Testing;
using Shouldly;
using Xunit;

namespace GlobalGateway.EndToEnd.CommandLine;

/// <summary>The commands that show rollouts and act on them, at a fleet whose canary bakes for as long as nobody promotes it.</summary>
[Collection(CommandLineCollection.Name)]
public sealed class RolloutCommandsTests : IAsyncLifetime
{
    private readonly GgFleet _fleet = new();

    private string Config => Path.Combine(_fleet.State, "gitops", "local");

    public async ValueTask InitializeAsync()
    {
        Folders.Copy(SourceTree.PathOf("gitops"), Path.Combine(_fleet.State, "gitops"));
        var policies = Path.Combine(Config, "policies.yaml");
        await File.WriteAllTextAsync(policies, (await File.ReadAllTextAsync(policies)).Replace("canary: us-east, bake: 0s", "canary: us-east, bake: 60m", StringComparison.Ordinal));
        var up = await _fleet.UpAsync("--detach", "--config", Config);
        up.ExitCode.ShouldBe(0, up.Error);
    }

    public ValueTask DisposeAsync() => _fleet.DisposeAsync();

    [Fact]
    public async Task Rollout_IsPlannedWatchedAndActedOn()
    {
        var first = await ServedAsync();
        await SaveAsync("one");
        (await SaidAsync("plan", Config)).ShouldContain("Tenant/one");
        await CanaryAsync(2);
        (await SaidAsync("edges")).ShouldContain(first);

        await SaidAsync("rollout", "pause");
        var early = await _fleet.RunAsync("rollout", "promote");
        (early.ExitCode, early.Error).ShouldBe((1, "✗ It is paused; resume it first.\n"));
        await SaidAsync("rollout", "resume");
        await SaidAsync("rollout", "promote");
        (await SaidAsync("rollout", "watch")).ShouldContain("✓ complete");
        var second = await ServedAsync();
        second.ShouldNotBe(first);

        await SaveAsync("two");
        await CanaryAsync(3);
        await SaidAsync("rollout", "abort", "--yes");
        (await _fleet.RunAsync("rollout", "watch")).ExitCode.ShouldBe(1);
        (await ServedAsync()).ShouldBe(second);
        var left = (await NewestAsync()).GetProperty("revision").GetString()!;

        await SaidAsync("rollout", "retry", left);
        await CanaryAsync(4);
        await SaidAsync("rollout", "promote", "4");
        await SaidAsync("rollout", "watch", "4");
        (await ServedAsync()).ShouldBe(left);

        await SaidAsync("rollback", "--yes");
        await CanaryAsync(5);
        await SaidAsync("rollout", "promote");
        await SaidAsync("rollout", "watch");
        (await ServedAsync()).ShouldBe(second);

        (await JsonAsync("audit")).GetProperty("records").EnumerateArray()
            .Select(record => record.GetProperty("action").GetString()!).Where(action => action.StartsWith("rollout.", StringComparison.Ordinal)).Reverse()
            .ShouldBe(
            [
                "rollout.started", "rollout.completed",
                "rollout.started", "rollout.paused", "rollout.resumed", "rollout.promoted", "rollout.completed",
                "rollout.started", "rollout.aborted",
                "rollout.started", "rollout.promoted", "rollout.completed",
                "rollout.started", "rollout.promoted", "rollout.completed",
            ]);
    }

    /// <summary>Adds a tenant.</summary>
    private Task SaveAsync(string name) => File.WriteAllTextAsync(
        Path.Combine(Config, $"{name}.yaml"),
        $"apiVersion: globalgateway.dev/v1\nkind: Tenant\nmetadata: {{ name: {name} }}\nspec: {{ tier: P1, models: [\"*\"] }}\n");

    /// <summary>Waits until a rollout waits at its canary.</summary>
    private Task CanaryAsync(int number) => Eventually.HoldsAsync(async () => await NewestAsync() is var newest
        && newest.GetProperty("number").GetInt32() == number && newest.GetProperty("status").GetString() == "running"
        && newest.GetProperty("stages")[0].TryGetProperty("acknowledged", out var acknowledged) && acknowledged.GetInt32() == 1);

    private async Task<JsonElement> NewestAsync() => (await JsonAsync("rollout", "list", "--limit", "1")).GetProperty("rollouts")[0];

    /// <summary>The revision that all edges serve.</summary>
    private async Task<string> ServedAsync() =>
        (await JsonAsync("edges")).GetProperty("edges").EnumerateArray().Select(edge => edge.GetProperty("revision").GetString()!).Distinct().ShouldHaveSingleItem();

    private async Task<JsonElement> JsonAsync(params string[] arguments) => JsonDocument.Parse(await SaidAsync([.. arguments, "--output", "json"])).RootElement;

    private async Task<string> SaidAsync(params string[] arguments)
    {
        var result = await _fleet.RunAsync(arguments);
        result.ExitCode.ShouldBe(0, $"gg {string.Join(' ', arguments)}: {result.Error}");
        return result.Output;
    }
}
