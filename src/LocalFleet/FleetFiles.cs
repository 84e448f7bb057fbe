using System.Security.Cryptography;
using GlobalGateway.Contracts.Trust;
using GlobalGateway.LocalFleet.Cassandra;
using GlobalGateway.LocalFleet.Planning;

namespace GlobalGateway.LocalFleet;

/// <summary>Writes what the processes read at their start: trust, token, settings. What is there already stays valid.</summary>
internal static class FleetFiles
{
    private const int LogBytesKept = 1024 * 1024;

    public static void Write(FleetOptions options, IReadOnlyList<ProcessPlan> plans)
    {
        var paths = new FleetPaths(options.StateDirectory);
        CreatePrivate(paths.State);
        foreach (var secret in (ReadOnlySpan<string>)[paths.AdminToken, paths.ResponseIdKey])
        {
            if (!File.Exists(secret))
            {
                PrivateFile.Write(secret, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32)));
            }
        }

        using var authority = CertificateAuthority.OpenOrCreate(paths.Authority, FleetOptions.FleetName);
        using (var signing = SigningKey.OpenOrCreate(paths.SigningKey))
        {
            Directory.CreateDirectory(paths.Trust);
            signing.WritePublic(paths.Trust);
        }

        foreach (var plan in plans)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(plan.LogFile)!);
            ShortenLog(plan.LogFile);
            if (plan.Role == PartRole.Cassandra)
            {
                CassandraNodeFiles.Write(plan);
            }

            foreach (var folder in plan.Folders)
            {
                Directory.CreateDirectory(folder);
            }

            if (plan.Settings is not { } settings)
            {
                continue;
            }

            var tls = Path.Combine(Path.GetDirectoryName(settings.Path)!, "tls");
            CreatePrivate(tls);
            var (region, role) = plan.Role == PartRole.Edge ? (plan.Region!, FleetRole.Edge) : (options.Regions[0], FleetRole.ControlPlane);
            authority.Issue(new FleetIdentity(FleetOptions.FleetName, region, role, plan.Member!), Path.Combine(tls, "tls.pem"), Path.Combine(tls, "tls.key"));
            File.Copy(authority.CertificatePath, Path.Combine(tls, "ca.pem"), overwrite: true);
            PrivateFile.Write(settings.Path, settings.Text);
        }
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    /// <summary>Logs are appended to across starts; each start forgets all but the newest part.</summary>
    private static void ShortenLog(string file)
    {
        var log = new FileInfo(file);
        if (!log.Exists || log.Length <= LogBytesKept)
        {
            return;
        }

        using var stream = log.Open(FileMode.Open, FileAccess.ReadWrite);
        var tail = new byte[LogBytesKept];
        stream.Seek(-LogBytesKept, SeekOrigin.End);
        stream.ReadExactly(tail);
        stream.SetLength(0);
        stream.Write(tail);
    }
}
