using System.Text;
using System.Text.Json;
using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.Gemini;

/// <summary>Words a complaint as Google's JSON front does: the field in snake case, and again under <c>details</c>.</summary>
internal static class GeminiComplaints
{
    public static PreparedAnswer Answer(Complaint complaint)
    {
        var path = Path(complaint.Path);
        var message = complaint.Kind switch
        {
            ComplaintKind.UnknownField => $"Invalid JSON payload received. Unknown name \"{complaint.Path[^1].Field}\"{At(Path(complaint.Path[..^1]))}: Cannot find field.",
            ComplaintKind.MissingField or ComplaintKind.EmptyArray => $"* {path}: {path} is not specified\n",
            ComplaintKind.WrongType => $"Invalid value at '{path}' ({TypeOf(complaint.Expected)}), {complaint.Actual}",
            ComplaintKind.NotAllowed => $"Invalid value at '{path}' (TYPE_ENUM), \"{complaint.Actual}\"",
            _ => $"* {path}: value is out of range, supported range is bounded by {complaint.Bound}\n",
        };
        return new PreparedAnswer { Status = 400, Body = JsonBytes.Write((path, message), static (writer, error) => Write(writer, error.path, error.message)) };
    }

    private static void Write(Utf8JsonWriter writer, string path, string message)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("error");
        writer.WriteNumber("code", 400);
        writer.WriteString("message", message);
        writer.WriteString("status", "INVALID_ARGUMENT");
        writer.WriteStartArray("details");
        writer.WriteStartObject();
        writer.WriteString("@type", "type.googleapis.com/google.rpc.BadRequest");
        writer.WriteStartArray("fieldViolations");
        writer.WriteStartObject();
        writer.WriteString("field", path);
        writer.WriteString("description", message);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static string At(string path) => path.Length == 0 ? "" : $" at '{path}'";

    private static string TypeOf(Shape? expected) => expected switch
    {
        FlagShape => "TYPE_BOOL",
        NumberShape { IsWhole: true } => "TYPE_INT32",
        NumberShape => "TYPE_FLOAT",
        TextShape => "TYPE_STRING",
        _ => "TYPE_MESSAGE",
    };

    private static string Path(IEnumerable<PathStep> steps)
    {
        var text = new StringBuilder();
        foreach (var step in steps.Where(static step => !step.IsTag))
        {
            if (step.Field is null)
            {
                text.Append('[').Append(step.Index).Append(']');
                continue;
            }
            text.Append(text.Length == 0 ? "" : ".");
            foreach (var c in step.Field)
            {
                text.Append(char.IsAsciiLetterUpper(c) ? "_" : "").Append(char.ToLowerInvariant(c));
            }
        }
        return text.ToString();
    }
}
