using System.Globalization;
using System.Text;
using GlobalGateway.Contracts.Resources;
using GlobalGateway.EdgeNode.Dialects;
using GlobalGateway.EdgeNode.Requests;
using GlobalGateway.EdgeNode.Routing;

namespace GlobalGateway.EdgeNode.Attempts;

/// <summary>Writes how long an answer may become into a body of the client's own dialect, each in its dialect's field.</summary>
internal static class OutputLimits
{
    public static void Write(GatewayRequest request, ModelEndpoint target, long tokens, ref Splices splices)
    {
        var facts = request.Facts;
        var number = tokens.ToString(CultureInfo.InvariantCulture);
        if (facts.OutputLimitValue is { End.Value: > 0 } value)
        {
            splices.Replace(value.Start.Value, value.End.Value, Encoding.UTF8.GetBytes(number));
            return;
        }

        var body = request.Body!.Span;
        switch (request.Operation)
        {
            case Operation.ChatCompletions:
                Insert(body, body.IndexOf((byte)'{'), $"\"{ChatField(target)}\":{number}", ref splices);
                break;
            case Operation.Responses:
                Insert(body, body.IndexOf((byte)'{'), $"\"max_output_tokens\":{number}", ref splices);
                break;
            case Operation.Messages:
                // The field is the client's duty there: its provider refuses the call in words the client knows, and bills nothing.
                break;
            case Operation.GenerateContent or Operation.StreamGenerateContent when facts.GeminiConfig is { End.Value: > 0 } config && body[config.Start.Value] == '{':
                Insert(body, config.Start.Value, $"\"maxOutputTokens\":{number}", ref splices);
                break;
            case Operation.GenerateContent or Operation.StreamGenerateContent:
                Insert(body, body.IndexOf((byte)'{'), $"\"generationConfig\":{{\"maxOutputTokens\":{number}}}", ref splices);
                break;
        }
    }

    private static string ChatField(ModelEndpoint target)
    {
        // Reasoning models refuse the old field.
        var reasons = target.Capabilities.Reasoning != ReasoningSupport.None;
        var field = target.Capabilities.OutputLimitField ?? (reasons ? OutputLimitField.MaxCompletionTokens : OutputLimitField.MaxTokens);
        return field == OutputLimitField.MaxCompletionTokens ? "max_completion_tokens" : "max_tokens";
    }

    /// <summary>A member as the first of the object whose brace is at <paramref name="brace"/>.</summary>
    private static void Insert(ReadOnlySpan<byte> body, int brace, string member, ref Splices splices)
    {
        var isEmpty = body[(brace + 1)..].TrimStart(" \t\r\n"u8)[0] == '}';
        splices.Replace(brace + 1, brace + 1, Encoding.UTF8.GetBytes(isEmpty ? member : $"{member},"));
    }
}
