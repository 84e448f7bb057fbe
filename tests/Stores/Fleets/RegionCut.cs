using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using GlobalGateway.LocalFleet.Cassandra;
using GlobalGateway.LocalFleet.Processes;

namespace GlobalGateway.Stores.Fleets;

/// <summary>Drops every packet between one region's Cassandra and the others', both ways, until it is disposed of.</summary>
/// <remarks>
/// Nodes connect from an address that all share, so a node's own connections are known by its system group. The filter is in a table of
/// its own name, which goes as a whole.
/// </remarks>
internal sealed partial class RegionCut : IAsyncDisposable
{
    private readonly string _table;

    private RegionCut(string table) => _table = table;

    /// <summary>Packets that did not arrive; known once it is disposed of.</summary>
    public long Dropped { get; private set; }

    /// <summary>Why this cannot be done here; null when it can.</summary>
    public static string? Missing =>
        !Environment.IsPrivilegedProcess ? "only root may filter packets between regions"
        : ProgramPath.Find("nft") is null ? "nft is not installed: apt-get install nftables" : null;

    public static async Task<RegionCut> CutAsync(StoresFleet fleet, string region)
    {
        var (address, group) = fleet.NodeOf(region);
        var table = string.Create(CultureInfo.InvariantCulture, $"gg_stores_{Environment.ProcessId}");
        var others = string.Join(", ", StoresFleet.Regions.Where(other => other != region).Select(other => fleet.NodeOf(other).Address));
        var cut = new RegionCut(table);
        await NftAsync($$"""
            table ip {{table}} {
              chain cut {
                type filter hook output priority 0; policy accept;
                meta skgid {{group}} ip daddr { {{others}} } tcp dport {{CassandraNode.StoragePort}} counter drop
                ip daddr {{address}} tcp dport {{CassandraNode.StoragePort}} counter drop
                ip saddr {{address}} tcp sport {{CassandraNode.StoragePort}} counter drop
              }
            }
            """);
        return cut;
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            var counted = await NftAsync($"list table ip {_table}");
            Dropped = Packets().Matches(counted).Sum(match => long.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture));
        }
        finally
        {
            await NftAsync($"delete table ip {_table}");
        }
    }

    private static async Task<string> NftAsync(string rules)
    {
        using var nft = Process.Start(new ProcessStartInfo(ProgramPath.Find("nft")!, ["-f", "-"])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, StandardInputEncoding = new UTF8Encoding(false),
        })!;
        await nft.StandardInput.WriteAsync(rules);
        nft.StandardInput.Close();
        var text = nft.StandardOutput.ReadToEndAsync();
        var problem = await nft.StandardError.ReadToEndAsync();
        await nft.WaitForExitAsync();
        return nft.ExitCode == 0 ? await text : throw new InvalidOperationException($"nft: {problem}");
    }

    [GeneratedRegex(@"counter packets (\d+)")]
    private static partial Regex Packets();
}
