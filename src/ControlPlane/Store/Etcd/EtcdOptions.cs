namespace GlobalGateway.ControlPlane.Store.Etcd;

/// <summary>Where the fleet's etcd is and how to enter it; secrets are in files, never here.</summary>
public sealed record EtcdOptions
{
    public const int EndpointsMax = 16;

    /// <summary>etcd's own.</summary>
    public const long QuotaBytesDefault = 2L * 1024 * 1024 * 1024;

    /// <summary>Client URLs of the members, such as <c>https://10.0.0.1:2379</c>; etcd 3.4 and later.</summary>
    public required IReadOnlyList<string> Endpoints { get; init; }

    /// <summary>Files with the name and the password of the fleet's user, re-read at each login; both or none.</summary>
    public string? UserFile { get; init; }
    public string? PasswordFile { get; init; }

    /// <summary>PEM file with the authority of the members' certificates; the system's authorities unless set.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM files of a client certificate and its key, re-read when they change; both or none.</summary>
    public string? Certificate { get; init; }
    public string? CertificateKey { get; init; }

    /// <summary>What the members were started with as <c>--quota-backend-bytes</c>; <see cref="QuotaBytesDefault"/> unless set. Newer members say it themselves.</summary>
    public long? QuotaBytes { get; init; }

    /// <summary>Everything that is wrong with these settings; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (Endpoints.Count is 0 or > EndpointsMax)
        {
            errors.Add($"etcd.endpoints: {Endpoints.Count} URLs; 1 to {EndpointsMax} are needed");
        }

        for (var index = 0; index < Endpoints.Count; index++)
        {
            // Not the text itself: somebody may have put a password there.
            if (!IsEndpoint(Endpoints[index]))
            {
                errors.Add($"etcd.endpoints[{index}]: is not http://HOST:PORT or https://HOST:PORT and nothing else; user and password belong in their files");
            }
        }

        if (Endpoints.Select(endpoint => endpoint.Split(':')[0]).Distinct(StringComparer.Ordinal).Count() > 1)
        {
            errors.Add("etcd.endpoints: http and https are mixed; all members speak TLS, or none does");
        }

        RequirePair(errors, "userFile", UserFile, "passwordFile", PasswordFile);
        RequirePair(errors, "certificate", Certificate, "certificateKey", CertificateKey);
        RequireFile(errors, "caFile", CaFile);
        if ((CaFile ?? Certificate) is not null && Endpoints.Any(endpoint => endpoint.StartsWith("http:", StringComparison.Ordinal)))
        {
            errors.Add("etcd.endpoints: certificates are set, but the endpoints are http; write https");
        }

        if (QuotaBytes < 1024 * 1024)
        {
            errors.Add($"etcd.quotaBytes: {QuotaBytes} is below 1 MiB");
        }

        return errors;
    }

    private static bool IsEndpoint(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https" && uri is { PathAndQuery: "/", UserInfo: "", Fragment: "" };

    private static void RequirePair(List<string> errors, string first, string? firstPath, string second, string? secondPath)
    {
        if (firstPath is null != secondPath is null)
        {
            errors.Add($"etcd.{(firstPath is null ? first : second)}: is not set; {first} and {second} go together");
        }

        RequireFile(errors, first, firstPath);
        RequireFile(errors, second, secondPath);
    }

    private static void RequireFile(List<string> errors, string name, string? path)
    {
        if (path is not null && !File.Exists(path))
        {
            errors.Add($"etcd.{name}: no file \"{path}\"");
        }
    }
}
