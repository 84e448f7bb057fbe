using System.Text;
using System.Text.Json;

namespace GlobalGateway.Testing.Grammars;

/// <summary>What every stream of one dialect must obey, as a client of that dialect may rely on it.</summary>
public abstract class StreamGrammar
{
    /// <summary>What is wrong with a stream, one text each; empty when nothing is.</summary>
    public IReadOnlyList<string> Check(ReadOnlySpan<byte> stream, StreamEnd end = StreamEnd.Complete)
    {
        var violations = new List<string>();
        var events = Read(stream, violations);
        var walk = Begin(end, violations);
        for (var i = 0; i < events.Count; i++)
        {
            walk.Position = i;
            walk.Take(events[i]);
        }

        walk.Position = events.Count;
        walk.Finish();
        return violations;
    }

    /// <summary>The same for text.</summary>
    public IReadOnlyList<string> Check(string stream, StreamEnd end = StreamEnd.Complete) => Check(Encoding.UTF8.GetBytes(stream), end);

    protected virtual IReadOnlyList<StreamEvent> Read(ReadOnlySpan<byte> stream, List<string> violations) => StreamEvents.Read(stream, violations);

    private protected abstract Walk Begin(StreamEnd end, List<string> violations);

    /// <summary>One pass over the events of one stream.</summary>
    private protected abstract class Walk(StreamEnd end, List<string> violations)
    {
        private bool _ended;
        private bool _failed;

        public int Position { get; set; }

        protected StreamEnd End => end;

        public void Take(StreamEvent next)
        {
            if (_ended || _failed)
            {
                Wrong($"{Clip(next.Data)} comes after the end");
                return;
            }

            Event(next);
        }

        public void Finish()
        {
            if (end == StreamEnd.Complete ? !_ended : end == StreamEnd.Error && !_failed)
            {
                Wrong(end == StreamEnd.Complete ? "the end mark is missing" : "the error event is missing");
            }
            else if (_ended)
            {
                Whole();
            }
        }

        protected abstract void Event(StreamEvent next);

        /// <summary>Checks what must hold at the end of a complete stream.</summary>
        protected virtual void Whole()
        {
        }

        protected void Ended()
        {
            Require(end != StreamEnd.Error, "the stream ends as if it were whole");
            _ended = true;
        }

        protected void Failed()
        {
            Require(end != StreamEnd.Complete, "the stream reports an error");
            _failed = true;
        }

        protected void Wrong(string what) => violations.Add($"event {Position}: {what}");

        protected bool Require(bool holds, string otherwise)
        {
            if (!holds)
            {
                Wrong(otherwise);
            }

            return holds;
        }

        /// <summary>The same value in every event that has it.</summary>
        protected void Same(ref string? known, JsonElement owner, string member)
        {
            var value = Text(owner, member);
            Require(value is { Length: > 0 }, $"\"{member}\" is missing");
            Require(known is null || known == value, $"\"{member}\" changes from {known} to {value}");
            known ??= value;
        }

        protected static bool Has(JsonElement owner, string member, out JsonElement value)
        {
            value = default;
            return owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty(member, out value) && value.ValueKind != JsonValueKind.Null;
        }

        protected static string? Text(JsonElement owner, string member) =>
            Has(owner, member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

        protected static int? Number(JsonElement owner, string member) =>
            Has(owner, member, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

        protected static JsonElement[] Items(JsonElement owner, string member) =>
            Has(owner, member, out var value) && value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray()] : [];

        protected static bool IsObject(string json)
        {
            try
            {
                using var document = JsonDocument.Parse(json);
                return document.RootElement.ValueKind == JsonValueKind.Object;
            }
            catch (JsonException)
            {
                return false;
            }
        }

        private static string Clip(string text) => text.Length <= 80 ? text : $"{text[..77]}...";
    }
}
