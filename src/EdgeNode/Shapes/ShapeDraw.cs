namespace GlobalGateway.EdgeNode.Shapes;

/// <summary>Whether a request was drawn for, and where its shape is kept.</summary>
public readonly record struct ShapeDraw(bool Drawn, int Place)
{
    public long BodyBytes { get; init; }

    public IReadOnlyList<string>? Flags { get; init; }
}
