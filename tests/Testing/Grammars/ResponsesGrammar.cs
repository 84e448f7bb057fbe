using System.Text.Json;

namespace GlobalGateway.Testing.Grammars;

/// <summary>
/// Responses: <c>sequence_number</c> rises by one; every item and part that is added is done; what is done holds all that its
/// deltas said; and the terminal event carries the whole output.
/// </summary>
public sealed class ResponsesGrammar : StreamGrammar
{
    private protected override Walk Begin(StreamEnd end, List<string> violations) => new ResponsesWalk(end, violations);

    private sealed class ResponsesWalk(StreamEnd end, List<string> violations) : Walk(end, violations)
    {
        private readonly Dictionary<int, ResponsesItemWalk> _items = [];
        private readonly HashSet<string> _ids = [];
        private int _sequence = -1;
        private string? _id;
        private bool _created;

        protected override void Event(StreamEvent next)
        {
            var type = Text(next.Json, "type") ?? "";
            Require(next.Name == type, $"the event {type} is named {next.Name}");
            Sequence(next.Json, type);
            Require(_created || type is "response.created" or "error", $"{type} comes before response.created");
            Has(next.Json, "response", out var response);
            switch (type)
            {
                case "response.created":
                    Require(!_created, "response.created comes again");
                    _created = true;
                    Response(response, "in_progress", "queued");
                    break;
                case "response.in_progress" or "response.queued":
                    Require(_items.Count == 0, $"{type} comes after an item");
                    Response(response, type["response.".Length..]);
                    break;
                case "response.completed" or "response.incomplete":
                    Response(response, type["response.".Length..]);
                    Close(response, type);
                    Ended();
                    break;
                case "response.failed" or "error":
                    Failed();
                    break;
                case "response.output_item.added":
                    Add(next.Json);
                    break;
                default:
                    Inside(next.Json, type);
                    break;
            }
        }

        private void Sequence(JsonElement json, string type)
        {
            if (Number(json, "sequence_number") is not { } number)
            {
                Wrong($"\"sequence_number\" of {type} is missing");
                return;
            }

            Require(_sequence < 0 || number == _sequence + 1, $"\"sequence_number\" goes from {_sequence} to {number}");
            _sequence = number;
        }

        private void Response(JsonElement response, params string[] statuses)
        {
            Same(ref _id, response, "id");
            Require(Text(response, "object") == "response", "\"object\" is not response");
            Require(statuses.Contains(Text(response, "status")), $"the status is {Text(response, "status")}");
            Require(Has(response, "output", out var output) && output.ValueKind == JsonValueKind.Array, "the response has no output");
        }

        private void Add(JsonElement json)
        {
            Has(json, "item", out var item);
            var index = Number(json, "output_index") ?? -1;
            Require(index == _items.Count, $"item {index} is not the next, {_items.Count}");
            Require(Text(item, "id") is { Length: > 0 } id && _ids.Add(id), $"item {index} has no id of its own");
            _items.TryAdd(index, new ResponsesItemWalk(item));
        }

        private void Inside(JsonElement json, string type)
        {
            if (Number(json, "output_index") is not { } index || !_items.TryGetValue(index, out var item))
            {
                Wrong($"{type} is of no item that was added");
                return;
            }

            if (type != "response.output_item.done")
            {
                Require(Text(json, "item_id") == item.Id, $"{type} names the item {Text(json, "item_id")}");
            }

            if (item.Take(type, json) is { } wrong)
            {
                Wrong(wrong);
            }
        }

        private void Close(JsonElement response, string type)
        {
            var output = Items(response, "output");
            Require(output.Length == _items.Count, $"the output has {output.Length} items, {_items.Count} were added");
            foreach (var (index, item) in _items)
            {
                if (Require(item.Done is not null, $"item {index} is never done") && index < output.Length)
                {
                    Require(JsonElement.DeepEquals(item.Done!.Value, output[index]), $"item {index} of the output is not as it was done");
                }
            }

            Require(type == "response.incomplete" == Has(response, "incomplete_details", out _), "\"incomplete_details\" does not fit the status");
            Require(Has(response, "usage", out var usage) && Number(usage, "input_tokens") is >= 0 && Number(usage, "output_tokens") is >= 0, "the response has no usage");
            Require(Number(usage, "total_tokens") == Number(usage, "input_tokens") + Number(usage, "output_tokens"), "the total is not the sum of its parts");
        }
    }
}
