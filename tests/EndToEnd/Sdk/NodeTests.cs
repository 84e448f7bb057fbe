using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace GlobalGateway.EndToEnd.Sdk;

/// <summary>The npm packages openai and @anthropic-ai/sdk with their defaults: each case of their scripts, against each target.</summary>
[Collection(SdkCollection.Name)]
public class NodeTests(SdkTargets targets)
{
    private static readonly ConcurrentDictionary<(string, string), Task<IReadOnlyDictionary<string, JsonNode>>> Runs = new();

    public static TheoryData<string, string, string> Cases()
    {
        var cases = new TheoryData<string, string, string>();
        foreach (string target in SdkTargets.Names)
        {
            foreach (var script in new[] { "openai.mjs", "anthropic.mjs" })
            {
                foreach (var name in NodeRun.CaseNames(script))
                {
                    cases.Add(target, script, name);
                }
            }
        }
        return cases;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Library_Case_Passes(string target, string script, string name)
    {
        var at = await targets.GetAsync(target);
        var run = await Runs.GetOrAdd((target, script), _ => NodeRun.CasesAsync(script, at));
        run.Keys.ShouldContain(name);
        run[name]["ok"]!.GetValue<bool>().ShouldBeTrue(run[name]["error"]?.GetValue<string>());
    }
}
