namespace GlobalGateway.ProviderSimulator.Validation;

internal enum ComplaintKind { UnknownField, MissingField, WrongType, NotAllowed, BelowMinimum, AboveMaximum, EmptyArray, TooManyItems, EmptyString, StringTooLong, UnknownTag }

/// <summary>One step of the path to a refused value: a field, an array index, or the tag of the variant it was read as.</summary>
internal readonly record struct PathStep(string? Field, int Index, bool IsTag);

/// <summary>What is wrong with a request, before a vendor words it.</summary>
internal sealed class Complaint(ComplaintKind kind)
{
    public ComplaintKind Kind { get; } = kind;

    /// <summary>Root first. Built while unwinding, so a valid request pays nothing for it.</summary>
    public List<PathStep> Path { get; } = [];

    public Shape? Expected { get; init; }
    public string Actual { get; init; } = "";
    public string Bound { get; init; } = "";
    public string TagField { get; init; } = "type";
    public IReadOnlyList<string> Allowed { get; init; } = [];

    public Complaint In(string field)
    {
        Path.Insert(0, new PathStep(field, 0, false));
        return this;
    }

    public Complaint At(int index)
    {
        Path.Insert(0, new PathStep(null, index, false));
        return this;
    }

    public Complaint As(string tag)
    {
        Path.Insert(0, new PathStep(tag, 0, true));
        return this;
    }

    /// <summary>OpenAI's way: <c>messages[0].content</c>.</summary>
    public string BracketPath()
    {
        var text = new System.Text.StringBuilder();
        foreach (var step in Path)
        {
            if (step.IsTag)
            {
                continue;
            }
            if (step.Field is null)
            {
                text.Append('[').Append(step.Index).Append(']');
            }
            else
            {
                text.Append(text.Length == 0 ? "" : ".").Append(step.Field);
            }
        }
        return text.ToString();
    }

    /// <summary>Anthropic's way, with the variant's tag: <c>messages.0.content.0.text.text</c>.</summary>
    public string DottedPath() => string.Join('.', Path.Select(static step => step.Field ?? step.Index.ToString(System.Globalization.CultureInfo.InvariantCulture)));
}
