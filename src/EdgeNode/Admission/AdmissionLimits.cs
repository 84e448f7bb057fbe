namespace GlobalGateway.EdgeNode.Admission;

/// <summary>Every bound on what one edge takes in.</summary>
public static class AdmissionLimits
{
    /// <summary>One request body, as sent and as expanded.</summary>
    public const long BodyBytesMax = 64L * 1024 * 1024;

    /// <summary>All buffered bodies together.</summary>
    public const long BodiesBytesMax = 512L * 1024 * 1024;

    /// <summary>Requests in flight; tier P2 is shed at 80 %, P1 at 95 %.</summary>
    public const int RequestsMax = 20_000;

    /// <summary>Nesting of a JSON body.</summary>
    public const int JsonDepthMax = 128;

    /// <summary>Characters of a model name.</summary>
    public const int ModelNameLengthMax = 256;
}
