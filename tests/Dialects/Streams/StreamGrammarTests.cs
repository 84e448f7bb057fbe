using GlobalGateway.Dialects.Cells;
using GlobalGateway.Dialects.Fleet;
using Shouldly;
using Xunit;

namespace GlobalGateway.Dialects.Streams;

/// <summary>Every stream the edge writes obeys its dialect's grammar, whichever provider it comes from.</summary>
public class StreamGrammarTests(DialectFleet fleet)
{
    public static TheoryData<string, string, string> Questions()
    {
        var questions = new TheoryData<string, string, string>();
        foreach (var ingress in StreamQuestion.Ingresses)
        {
            foreach (var upstream in Cell.Upstreams)
            {
                foreach (var scenario in StreamQuestion.Scenarios)
                {
                    questions.Add(ingress, upstream, scenario);
                }
            }
        }

        return questions;
    }

    [Theory]
    [MemberData(nameof(Questions))]
    public async Task Stream_ObeysItsDialectsGrammar(string ingress, string upstream, string scenario) =>
        (await StreamReading.ViolationsAsync(fleet.Edge, new StreamQuestion(ingress, upstream, scenario))).ShouldBeEmpty();
}
