using System.Text.Json.Nodes;
using GlobalGateway.Cli.Rollouts;
using Shouldly;
using Xunit;

namespace GlobalGateway.Unit.Cli;

public sealed class RolloutTextTests
{
    [Fact]
    public void Lines_OfARunningRollout_SayWhatPassedWhatBakesAndWhatWaits() =>
        RolloutText.Lines(Rollout("running", """
            { "name": "us-east canary", "kind": "canary", "status": "passed", "bakeSeconds": 300, "edges": ["us-east.edge-1"], "evidence": "5xx 0.0 % (control 0.0 %)" },
            { "name": "us-east", "kind": "region", "status": "runs", "bakeSeconds": 600, "ageSeconds": 372, "acknowledged": 3, "edges": ["a", "b", "c", "d"] },
            { "name": "eu-west", "kind": "region", "status": "waits", "bakeSeconds": 600, "edges": [] }
            """)).Skip(1).ShouldBe(
        [
            "  ✓ us-east canary    1/1 edges   5 min bake   5xx 0.0 % (control 0.0 %)",
            "  … us-east           3/4 edges   bake 6:12 of 10:00",
            "    eu-west           waits",
            "gg rollout pause|promote|abort 81d07be",
        ]);

    [Fact]
    public void Lines_OfAStageNobodyCanTell_SayWhoDecides() =>
        RolloutText.Lines(Rollout("running", """
            { "name": "us-east canary", "kind": "canary", "status": "runs", "bakeSeconds": 300, "acknowledged": 1, "edges": ["us-east.edge-1"], "waitsForPromote": true,
              "note": "12 requests, 0 of the control; 200 of each are needed" }
            """)).ElementAt(1).ShouldBe("  … us-east canary    1/1 edges   waits for gg rollout promote   12 requests, 0 of the control; 200 of each are needed");

    [Fact]
    public void Lines_OfARolledBackOne_SayWhereWhenWhyAndWhatIsServed()
    {
        var rollout = Rollout("rolledBack", """{ "name": "us-east canary", "kind": "canary", "status": "failed", "bakeSeconds": 300, "edges": ["us-east.edge-1"] }""");
        rollout["reason"] = "us-east canary: denials 12.4 % (control 0.1 %)";
        rollout["endedAt"] = JsonNode.Parse("\"2026-01-01T00:00:48Z\"");

        RolloutText.Lines(rollout).Last().ShouldBe("✗ stopped after 48 s: us-east canary: denials 12.4 % (control 0.1 %). Every edge it had touched serves 3f9c1a2 again.");
    }

    [Fact]
    public void Lines_OfOwedRegionsAndANextCommit_NameThem()
    {
        var rollout = Rollout("completed", "");
        rollout["owed"] = new JsonArray("ap-south");
        rollout["waiting"] = new JsonObject { ["revision"] = "aaaaaaa", ["askedBy"] = "jane" };

        RolloutText.Lines(rollout).Skip(1).ShouldBe(
        [
            "  ! ap-south is owed what the others serve: it had no edge when its turn came",
            "  next: rev aaaaaaa (jane)",
            "✓ complete: every connected edge serves 81d07be.",
        ]);
    }

    private static JsonNode Rollout(string status, string stages) => JsonNode.Parse($$"""
        {
          "number": 7, "revision": "81d07be", "from": "3f9c1a2", "lane": "normal", "status": "{{status}}", "askedBy": "jane@acme.example",
          "origin": { "source": "git", "message": "Cap acme" }, "startedAt": "2026-01-01T00:00:00Z", "stages": [{{stages}}], "owed": []
        }
        """)!;
}
