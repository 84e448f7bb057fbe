using System.Text.Json;
using GlobalGateway.EdgeNode.Translation.Neutral;

namespace GlobalGateway.EdgeNode.Translation;

/// <summary>Reads <c>tool_choice</c> of OpenAI's two APIs: the same words in both, a named function in the shape of each.</summary>
internal static class OpenAIToolChoice
{
    /// <param name="nameOf">The function that an object names; nothing where it is about something else.</param>
    /// <exception cref="TranslationException">It is neither.</exception>
    public static ToolChoice? Read(JsonElement root, Func<JsonElement, string?> nameOf)
    {
        if (!root.Has("tool_choice", out var choice))
        {
            return null;
        }

        if (choice.ValueKind == JsonValueKind.String)
        {
            return choice.GetString() switch
            {
                "auto" => new ToolChoice(ToolChoiceKind.Auto),
                "none" => new ToolChoice(ToolChoiceKind.None),
                "required" => new ToolChoice(ToolChoiceKind.Required),
                _ => throw new TranslationException("tool_choice", "\"tool_choice\" must be auto, none, required or a function."),
            };
        }

        return nameOf(choice.Object("tool_choice")) is { } name
            ? new ToolChoice(ToolChoiceKind.Named, name)
            : throw new TranslationException("tool_choice", "\"tool_choice\" of this type is not available from this target.");
    }
}
