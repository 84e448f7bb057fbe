using GlobalGateway.Contracts.Trust;
using GlobalGateway.ControlPlane.Git;
using GlobalGateway.ControlPlane.Store.Etcd;

namespace GlobalGateway.ControlPlane.Hosting;

/// <summary>What the installer of a control plane says; the <c>controlPlane</c> object of the file named by <c>--config</c>.</summary>
public sealed class ControlPlaneOptions
{
    public const string Section = "controlPlane";

    public string Fleet { get; init; } = "";

    /// <summary>A folder of resources as the fleet's one source, usually an overlay such as <c>gitops/local</c>; watched.</summary>
    public string? SourceDirectory { get; init; }

    /// <summary>A repository as the fleet's one source. With neither this nor a folder the source is <c>gg apply</c>.</summary>
    public GitOptions? Git { get; init; }

    /// <summary>The embedded store, for one control plane at a time, and what the control plane keeps for itself.</summary>
    public string StateDirectory { get; init; } = "";

    /// <summary>The fleet's etcd, which several control planes share; absent where the embedded store is used.</summary>
    public EtcdOptions? Etcd { get; init; }

    /// <summary>The API, such as <c>http://127.0.0.1:7400</c>.</summary>
    public string ApiListen { get; init; } = "";

    /// <summary>Where people and other control planes reach the API; where it listens unless set.</summary>
    public string? ApiUrl { get; init; }

    /// <summary>Founds an empty store at start, as <c>gg fleet init</c> does; off unless set.</summary>
    public bool Initialise { get; init; }

    /// <summary>What edges connect to, such as <c>https://127.0.0.1:7401</c>; TLS 1.3 with client certificates.</summary>
    public string FleetListen { get; init; } = "";

    /// <summary>PEM files of this control plane's certificate (role <c>control-plane</c>), its key, and the fleet's CA.</summary>
    public string Certificate { get; init; } = "";
    public string CertificateKey { get; init; } = "";
    public string FleetCa { get; init; } = "";

    /// <summary>PEM file of the key that signs bundles and pointers (<see cref="Contracts.Trust.SigningKey"/>).</summary>
    public string SigningKey { get; init; } = "";

    /// <summary>Folder of <c>KEYID.pem</c> public keys of this fleet, as edges have it: what edges hold counts as the fleet's while its key is changed. Optional.</summary>
    public string? TrustKeys { get; init; }

    /// <summary>File (0600) with the bearer token of the API.</summary>
    public string AdminTokenFile { get; init; } = "";

    /// <summary>Where tests end this process, as <c>name:before</c> or <c>name:after</c> of <see cref="Rollouts.StoreWrites"/>; absent in normal use.</summary>
    public string? Failpoint { get; init; }

    /// <summary>How this control plane meets other parts of the fleet.</summary>
    public FleetTls Tls() => new(Certificate, CertificateKey, FleetCa, Fleet);

    /// <summary>Everything that is wrong with these settings; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var errors = new List<string>();
        if (!FleetIdentity.TryParse($"gg://{Fleet}/region/role/name", out _))
        {
            errors.Add($"fleet: \"{Fleet}\" is not a DNS label");
        }

        if (SourceDirectory is not null)
        {
            RequireDirectory(errors, "sourceDirectory", SourceDirectory);
        }

        if (SourceDirectory is not null && Git is not null)
        {
            errors.Add("git: a fleet has one source; remove git or sourceDirectory");
        }

        Git?.Validate(errors);
        if (StateDirectory.Length == 0)
        {
            errors.Add("stateDirectory: is not set");
        }

        if (Failpoint is not null && Rollouts.Failpoint.Parse(Failpoint) is null)
        {
            errors.Add($"failpoint: \"{Failpoint}\" is not one of {string.Join(", ", Rollouts.StoreWrites.All)}, each with :before or :after");
        }

        errors.AddRange(Etcd?.Validate() ?? []);
        RequireUrl(errors, "apiListen", ApiListen, Uri.UriSchemeHttp);
        if (ApiUrl is not null && (!Uri.TryCreate(ApiUrl, UriKind.Absolute, out var api) || (api.Scheme != Uri.UriSchemeHttp && api.Scheme != Uri.UriSchemeHttps)))
        {
            errors.Add($"apiUrl: \"{ApiUrl}\" is not an absolute http or https URL");
        }

        RequireUrl(errors, "fleetListen", FleetListen, Uri.UriSchemeHttps);
        RequireFile(errors, "certificate", Certificate);
        RequireFile(errors, "certificateKey", CertificateKey);
        RequireFile(errors, "fleetCa", FleetCa);
        RequireFile(errors, "signingKey", SigningKey);
        RequireFile(errors, "adminTokenFile", AdminTokenFile);
        return errors;
    }

    private static void RequireDirectory(List<string> errors, string name, string path)
    {
        if (!Directory.Exists(path))
        {
            errors.Add($"{name}: no folder \"{path}\"");
        }
    }

    private static void RequireFile(List<string> errors, string name, string path)
    {
        if (!File.Exists(path))
        {
            errors.Add($"{name}: no file \"{path}\"");
        }
    }

    private static void RequireUrl(List<string> errors, string name, string url, string scheme)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri) || uri.Scheme != scheme)
        {
            errors.Add($"{name}: \"{url}\" is not an absolute {scheme} URL");
        }
    }
}
