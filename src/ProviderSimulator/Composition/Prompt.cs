using System.Text;
using System.Text.Json;

namespace GlobalGateway.ProviderSimulator.Composition;

internal enum ToolChoice { Auto, None, Required, Named }

/// <summary>A tool the client offers; <paramref name="Schema"/> is the JSON schema of its arguments.</summary>
internal readonly record struct OfferedTool(string Name, JsonElement Schema);

/// <summary>A request as the answer depends on it, whatever the dialect it came in.</summary>
internal sealed class Prompt
{
    private readonly StringBuilder _text = new();
    private string _lastRole = "";
    private string _lastText = "";

    public string LastUserText { get; private set; } = "";
    public string SystemText { get; private set; } = "";
    public string? LastToolResult { get; private set; }
    public int Tokens { get; private set; }

    public List<OfferedTool> Tools { get; } = [];
    public ToolChoice Choice { get; set; }
    public string? ChosenTool { get; set; }
    public bool ParallelTools { get; set; } = true;
    public long OutputTokensMax { get; set; } = long.MaxValue;
    /// <summary>How many answers are written; together they stay within <see cref="Directives.TokensMax"/>.</summary>
    public int Choices { get; set; } = 1;

    public List<string> Stops { get; } = [];

    /// <summary>Set when the answer must be JSON: the schema, or an undefined element for any object.</summary>
    public JsonElement? JsonSchema { get; set; }

    public bool Thinks { get; set; }
    public int ReasoningTokens { get; set; }

    /// <summary>The beginning of the answer, where the last message is the assistant's and the vendor's models go on with it.</summary>
    public string Begun { get; private set; } = "";

    /// <summary>Takes an assistant's last message for the beginning of the answer instead of a turn.</summary>
    public void TakeBegun()
    {
        if (_lastRole == "assistant")
        {
            Begun = _lastText;
            _text.Length -= Entry(_lastRole, _lastText).Length;
        }
    }

    public Directives Directives { get; private set; } = Directives.None;
    public string Text => _text.ToString();

    public void AddMessage() => Tokens += TokenCounter.PerMessage;

    public void AddImage() => Tokens += TokenCounter.PerImage;

    public void AddText(string role, string content)
    {
        _text.Append(Entry(role, content));
        (_lastRole, _lastText) = (role, content);
        Tokens += TokenCounter.Of(content);
        switch (role)
        {
            case "user":
                LastUserText = content;
                LastToolResult = null;
                break;
            case "tool":
                LastToolResult = content;
                break;
            case "system" or "developer":
                SystemText += content;
                break;
        }
    }

    private static string Entry(string role, string content) => $"{role}:{content}\n";

    public void AddTool(string name, JsonElement schema)
    {
        Tools.Add(new OfferedTool(name, schema));
        Tokens += TokenCounter.Of(name) + (schema.ValueKind == JsonValueKind.Undefined ? 0 : TokenCounter.Of(schema.GetRawText()));
    }

    /// <summary>Reads the directives once all text is in; those of the last user message stand before the system's.</summary>
    public void Close()
    {
        var directives = Directives.In(LastUserText);
        Directives = ReferenceEquals(directives, Directives.None) ? Directives.In(SystemText) : directives;
        Thinks |= Directives.Think;
    }
}
