using GlobalGateway.Faults.Clients;
using GlobalGateway.Testing.Grammars;

namespace GlobalGateway.Faults.Oracle;

/// <summary>How a request came out, as far as a client can trust it.</summary>
public enum Verdict
{
    /// <summary>The whole right answer.</summary>
    Whole,

    /// <summary>A part of the right answer, then an error event, then a broken connection: no client takes it for success.</summary>
    BrokenOff,

    /// <summary>Anything else.</summary>
    Wrong,
}

/// <summary>A verdict and, of a wrong one, what is wrong.</summary>
public readonly record struct Judgement(Verdict Verdict, string? Why = null)
{
    public static Judgement Wrong(string why) => new(Verdict.Wrong, why);
}

/// <summary>
/// Compares what a client got with what the provider says to the same prompt. While a healthy target exists only two outcomes
/// are right: the whole answer; or, once some of it was seen, a part and an error that no client can overlook.
/// </summary>
public static class AnswerOracle
{
    /// <param name="expected">The provider's own answer to the prompt, read in the client's API.</param>
    public static Judgement Judge(ClientRequest request, ReadAnswer expected, ClientAnswer answer)
    {
        if (answer.End == AnswerEnd.Never)
        {
            return Judgement.Wrong($"hangs: {answer.Bytes.Length} bytes after {answer.Took.TotalSeconds:0.0} s");
        }

        if (answer.Status != 200)
        {
            return Judgement.Wrong($"status {answer.Status} where a healthy target existed: {answer.Text}");
        }

        if (!request.Stream)
        {
            return answer.End == AnswerEnd.Broken ? Judgement.Wrong("a body that breaks off")
                : AnswerReader.ReadWhole(request.Api, answer.Bytes) is not { } whole ? Judgement.Wrong($"no answer of this API: {answer.Text}")
                : Compare(expected, whole);
        }

        var read = AnswerReader.ReadStream(request.Api, answer.Bytes);
        var violations = GrammarOf(request).Check(answer.Bytes, answer.End == AnswerEnd.Clean ? StreamEnd.Complete : StreamEnd.Error);
        if (read.Problems.Count + violations.Count > 0)
        {
            return Judgement.Wrong($"{string.Join("; ", read.Problems.Concat(violations))}: {answer.Text}");
        }

        if (answer.End == AnswerEnd.Clean)
        {
            return read.Failed ? Judgement.Wrong("an error event and a clean end, which some clients take for success")
                : !read.Terminated ? Judgement.Wrong("a clean end without an end mark")
                : Compare(expected, read);
        }

        return read.Terminated ? Judgement.Wrong("a whole stream whose connection breaks")
            : !read.Failed ? Judgement.Wrong("breaks off without an error event")
            : !read.HasContent ? Judgement.Wrong("an error before any content, where a healthy target existed")
            : Beginning(expected, read) is { } difference ? Judgement.Wrong($"broke off, and {difference}")
            : new Judgement(Verdict.BrokenOff);
    }

    /// <summary>What two answers disagree about, how they ended aside.</summary>
    public static string? Difference(ReadAnswer expected, ReadAnswer read)
    {
        if (!expected.Text.Equals(read.Text))
        {
            return $"the text is '{read.Text}' instead of '{expected.Text}'";
        }

        var (wanted, got) = (Written(expected), Written(read));
        return wanted.SequenceEqual(got) ? null : $"the calls are {string.Join(", ", got)} instead of {string.Join(", ", wanted)}";
    }

    private static StreamGrammar GrammarOf(ClientRequest request) => request.Api switch
    {
        ClientApi.Chat => new ChatGrammar(),
        ClientApi.Responses => new ResponsesGrammar(),
        ClientApi.Messages => new MessagesGrammar(),
        _ => new GeminiGrammar(array: request.Api == ClientApi.GeminiArray),
    };

    private static Judgement Compare(ReadAnswer expected, ReadAnswer read) =>
        Difference(expected, read) is { } difference ? Judgement.Wrong(difference)
        : read.Finish != expected.Finish ? Judgement.Wrong($"it ends with '{read.Finish}' instead of '{expected.Finish}'")
        : new Judgement(Verdict.Whole);

    /// <summary>What keeps the part from being a beginning of the whole.</summary>
    private static string? Beginning(ReadAnswer expected, ReadAnswer part)
    {
        if (!expected.Text.ToString().StartsWith(part.Text.ToString(), StringComparison.Ordinal))
        {
            return $"the text '{part.Text}' does not begin '{expected.Text}'";
        }

        var (wanted, got) = (expected.Calls, part.Calls);
        for (var i = 0; i < got.Count; i++)
        {
            if (i >= wanted.Count || wanted[i].Name != got[i].Name)
            {
                return $"call {i} is {got[i].Name}";
            }

            // Only the last may be unfinished, in the letters the provider chose.
            var (all, some) = (ReadAnswer.Canonical(wanted[i].Arguments.ToString()), ReadAnswer.Canonical(got[i].Arguments.ToString()));
            if (all != some && (i < got.Count - 1 || some != "{}" && !all.StartsWith(some, StringComparison.Ordinal)))
            {
                return $"the arguments '{some}' do not begin '{all}'";
            }
        }

        return null;
    }

    private static IEnumerable<string> Written(ReadAnswer read) => read.Calls.Select(static call => $"{call.Name}({ReadAnswer.Canonical(call.Arguments.ToString())})");
}
