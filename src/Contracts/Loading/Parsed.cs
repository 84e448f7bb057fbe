namespace GlobalGateway.Contracts.Loading;

/// <summary>The outcome of reading one scalar: a value, or what is wrong with the text.</summary>
internal readonly record struct Parsed<T>(T Value, string? Problem)
{
    public static implicit operator Parsed<T>(T value) => new(value, null);
}

/// <summary>Reads a scalar's text.</summary>
internal delegate Parsed<T> Form<T>(string text);
