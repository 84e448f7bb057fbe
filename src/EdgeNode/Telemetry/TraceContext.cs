using System.Buffers;
using System.Diagnostics;

namespace GlobalGateway.EdgeNode.Telemetry;

/// <summary>Carries a W3C trace on to upstreams: the client's trace when it sent a valid one, a new one otherwise.</summary>
public static class TraceContext
{
    private const int ParentLength = 55;
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");
    private const int TraceStateLengthMax = 512;

    /// <summary>The <c>traceparent</c> of the next hop, and the client's <c>tracestate</c> where it belongs to it.</summary>
    /// <param name="recorded">This edge's span of the call, where it records one.</param>
    public static string Next(HttpRequest request, out string? state, Activity? recorded = null)
    {
        state = recorded?.TraceStateString;
        if (recorded?.Id is { } id)
        {
            return id;
        }

        var span = Random.Shared.GetHexString(16, lowercase: true);
        if (request.Headers.TraceParent is [{ } parent] && IsValid(parent))
        {
            if (request.Headers.TraceState is [{ Length: <= TraceStateLengthMax } text])
            {
                state = text;
            }

            return string.Concat(parent.AsSpan(0, 36), span, parent.AsSpan(52, 3));
        }

        return $"00-{Random.Shared.GetHexString(32, lowercase: true)}-{span}-00";
    }

    private static bool IsValid(string parent) =>
        parent.Length == ParentLength && parent.StartsWith("00-", StringComparison.Ordinal) && parent[35] == '-' && parent[52] == '-'
        && IsHex(parent.AsSpan(3, 32)) && IsHex(parent.AsSpan(36, 16)) && IsHex(parent.AsSpan(53, 2))
        && parent.AsSpan(3, 32).ContainsAnyExcept('0') && parent.AsSpan(36, 16).ContainsAnyExcept('0');

    private static bool IsHex(ReadOnlySpan<char> text) => !text.ContainsAnyExcept(HexDigits);
}
