using System.Text;
using System.Text.Json;

namespace GlobalGateway.Testing.Grammars;

/// <summary>
/// Chat completion chunks: the role first, one finish per choice, then usage if it was asked for, then <c>[DONE]</c>.
/// Calls are counted up from 0, begin with id and name, and their fragments make up a JSON object.
/// </summary>
/// <param name="usage">Whether the client asked for usage.</param>
/// <param name="azure">Whether the client called Azure's path, and so takes chunks without choices.</param>
public sealed class ChatGrammar(bool usage = false, bool azure = false) : StreamGrammar
{
    private static readonly string[] Reasons = ["stop", "length", "tool_calls", "content_filter", "function_call"];

    private protected override Walk Begin(StreamEnd end, List<string> violations) => new ChatWalk(usage, azure, end, violations);

    private sealed class ChatWalk(bool usage, bool azure, StreamEnd end, List<string> violations) : Walk(end, violations)
    {
        private readonly Dictionary<int, Choice> _choices = [];
        private bool _counted;
        private string? _id;
        private string? _model;

        protected override void Event(StreamEvent next)
        {
            Require(next.Name is null or "error", $"a chunk is named {next.Name}");
            if (next.Data == "[DONE]")
            {
                Ended();
                return;
            }

            if (Has(next.Json, "error", out var error))
            {
                Require(Text(error, "message") is { Length: > 0 }, "the error has no message");
                Failed();
                return;
            }

            Require(Text(next.Json, "object") == "chat.completion.chunk", "\"object\" is not chat.completion.chunk");
            var choices = Items(next.Json, "choices");
            if (choices.Length > 0 || !azure)
            {
                Same(ref _id, next.Json, "id");
                Same(ref _model, next.Json, "model");
            }

            Require(!_counted, "a chunk comes after the usage");
            if (choices.Length == 0)
            {
                Usage(next.Json);
            }

            foreach (var choice in choices)
            {
                Take(choice);
            }
        }

        private void Usage(JsonElement chunk)
        {
            if (!Has(chunk, "usage", out var counts))
            {
                Require(azure, "a chunk has neither choices nor usage");
                return;
            }

            Require(usage, "usage that nobody asked for");
            Require(_choices.Values.All(c => c.Finished), "usage comes before the finish");
            Require(Number(counts, "prompt_tokens") is >= 0 && Number(counts, "completion_tokens") is >= 0, "the usage has no counts");
            Require(Number(counts, "total_tokens") == Number(counts, "prompt_tokens") + Number(counts, "completion_tokens"), "the total is not the sum of its parts");
            _counted = true;
        }

        private void Take(JsonElement chunk)
        {
            if (Number(chunk, "index") is not { } index)
            {
                Wrong("a choice has no index");
                return;
            }

            Has(chunk, "delta", out var delta);
            var role = Text(delta, "role");
            if (!_choices.TryGetValue(index, out var choice))
            {
                _choices.Add(index, choice = new Choice());
                Require(role == "assistant", $"choice {index} does not begin with its role");
            }
            else
            {
                Require(role is null, $"choice {index} tells its role again");
            }

            Require(!choice.Finished, $"choice {index} goes on after its finish");
            foreach (var call in Items(delta, "tool_calls"))
            {
                TakeCall(choice, call);
            }

            if (Text(chunk, "finish_reason") is { } reason)
            {
                Close(choice, reason);
            }
        }

        private void TakeCall(Choice choice, JsonElement fragment)
        {
            var index = Number(fragment, "index") ?? -1;
            Has(fragment, "function", out var function);
            if (index == choice.Calls.Count)
            {
                choice.Calls.Add(new StringBuilder());
                Require(Text(fragment, "id") is { Length: > 0 } id && choice.Ids.Add(id), $"call {index} has no id of its own");
                Require(Text(fragment, "type") == "function", $"call {index} has no type");
                Require(Text(function, "name") is { Length: > 0 }, $"call {index} has no name");
            }
            else
            {
                Require(Text(fragment, "id") is null || choice.Ids.Contains(Text(fragment, "id")!), $"call {index} changes its id");
                Require(string.IsNullOrEmpty(Text(function, "name")), $"call {index} tells its name again");
            }

            if (Require(index >= 0 && index < choice.Calls.Count, $"call {index} is not the next"))
            {
                choice.Calls[index].Append(Text(function, "arguments"));
            }
        }

        private void Close(Choice choice, string reason)
        {
            Require(Reasons.Contains(reason), $"\"{reason}\" is no finish reason");
            Require(choice.Calls.Count == 0 || reason != "stop", "an answer with calls ends with stop");
            Require(choice.Calls.Count > 0 || reason is not "tool_calls", "an answer without calls ends with tool_calls");
            for (var i = 0; i < choice.Calls.Count && reason is "tool_calls"; i++)
            {
                Require(IsObject(choice.Calls[i].ToString()), $"the arguments of call {i} are no JSON object: {choice.Calls[i]}");
            }

            choice.Finished = true;
        }

        protected override void Whole()
        {
            Require(_choices.Count > 0, "there is no choice");
            Require(_choices.Values.All(c => c.Finished), "a choice has no finish");
            Require(!usage || _counted, "the usage is missing");
        }

        private sealed class Choice
        {
            public List<StringBuilder> Calls { get; } = [];
            public HashSet<string> Ids { get; } = [];
            public bool Finished { get; set; }
        }
    }
}
