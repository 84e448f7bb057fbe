namespace GlobalGateway.EdgeNode.ResponseState;

/// <summary>A path below <c>/v1/responses/</c>: a stored response, and what is asked of it.</summary>
/// <param name="Id">As the client knows it.</param>
/// <param name="Part">Empty, <c>/cancel</c> or <c>/input_items</c>.</param>
public sealed record StoredResponsePath(string Id, string Part)
{
    private const string Cancel = "/cancel";
    private const string InputItems = "/input_items";

    /// <summary>The methods it takes, as an <c>Allow</c> header lists them.</summary>
    public string Methods => Part switch { Cancel => "POST", InputItems => "GET", _ => "GET, DELETE" };

    public bool Takes(string method) => Part switch
    {
        Cancel => HttpMethods.IsPost(method),
        InputItems => HttpMethods.IsGet(method),
        _ => HttpMethods.IsGet(method) || HttpMethods.IsDelete(method),
    };

    /// <summary>Reads what follows <c>responses/</c>; nothing when it is no such path.</summary>
    public static StoredResponsePath? Parse(ReadOnlySpan<char> rest)
    {
        foreach (var part in (ReadOnlySpan<string>)[Cancel, InputItems, ""])
        {
            if (rest.EndsWith(part, StringComparison.Ordinal) && rest[..^part.Length] is { Length: > 0 } id)
            {
                return id.Contains('/') ? null : new StoredResponsePath(id.ToString(), part);
            }
        }

        return null;
    }
}
