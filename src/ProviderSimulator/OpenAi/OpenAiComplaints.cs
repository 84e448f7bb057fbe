using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.OpenAi;

/// <summary>Words a complaint as OpenAI does. The older endpoints word unknown top-level fields differently from the newer ones.</summary>
internal static class OpenAiComplaints
{
    public static PreparedAnswer Word(Complaint complaint, bool legacyWording)
    {
        var path = complaint.BracketPath();
        if (legacyWording && complaint.Path.Count == 1)
        {
            if (complaint.Kind == ComplaintKind.UnknownField)
            {
                return OpenAiErrors.Answer(400, $"Unrecognized request argument supplied: {path}");
            }
            if (complaint.Kind == ComplaintKind.MissingField && path == "model")
            {
                return OpenAiErrors.Answer(400, "you must provide a model parameter");
            }
        }
        var kind = Quantity(complaint.Expected);
        return complaint.Kind switch
        {
            ComplaintKind.UnknownField => OpenAiErrors.Answer(400, $"Unknown parameter: '{path}'.", path, "unknown_parameter"),
            ComplaintKind.MissingField => OpenAiErrors.Answer(400, $"Missing required parameter: '{path}'.", path, "missing_required_parameter"),
            ComplaintKind.WrongType => OpenAiErrors.Answer(400, $"Invalid type for '{path}': expected {complaint.Expected!.Noun}, but got {complaint.Actual} instead.", path, "invalid_type"),
            ComplaintKind.NotAllowed => OpenAiErrors.Answer(400, $"Invalid value: '{complaint.Actual}'. Supported values are: {Choices(complaint.Allowed)}.", path, "invalid_value"),
            ComplaintKind.UnknownTag => OpenAiErrors.Answer(400, $"Invalid value: '{complaint.Actual}'. Supported values are: {Choices(complaint.Allowed)}.", $"{path}{(path.Length == 0 ? "" : ".")}{complaint.TagField}", "invalid_value"),
            ComplaintKind.BelowMinimum => OpenAiErrors.Answer(400, $"Invalid '{path}': {kind} below minimum value. Expected a value >= {complaint.Bound}, but got {complaint.Actual} instead.", path, $"{kind}_below_min_value"),
            ComplaintKind.AboveMaximum => OpenAiErrors.Answer(400, $"Invalid '{path}': {kind} above maximum value. Expected a value <= {complaint.Bound}, but got {complaint.Actual} instead.", path, $"{kind}_above_max_value"),
            ComplaintKind.EmptyArray => OpenAiErrors.Answer(400, $"Invalid '{path}': empty array. Expected an array with minimum length 1, but got an empty array instead.", path, "empty_array"),
            ComplaintKind.TooManyItems => OpenAiErrors.Answer(400, $"Invalid '{path}': array too long. Expected an array with maximum length {complaint.Bound}, but got an array with length {complaint.Actual} instead.", path, "array_above_max_length"),
            ComplaintKind.EmptyString => OpenAiErrors.Answer(400, $"Invalid '{path}': empty string. Expected a string with minimum length 1, but got an empty string instead.", path, "empty_string"),
            _ => OpenAiErrors.Answer(400, $"Invalid '{path}': string too long. Expected a string with maximum length {complaint.Bound}, but got a string with length {complaint.Actual} instead.", path, "string_above_max_length"),
        };
    }

    private static string Quantity(Shape? shape) => shape is NumberShape { IsWhole: true } ? "integer" : "decimal";

    private static string Choices(IReadOnlyList<string> allowed) => allowed.Count switch
    {
        0 => "",
        1 => $"'{allowed[0]}'",
        2 => $"'{allowed[0]}' and '{allowed[1]}'",
        _ => string.Join(", ", allowed.Take(allowed.Count - 1).Select(static value => $"'{value}'")) + $", and '{allowed[^1]}'",
    };
}
