using System.Text;
using GlobalGateway.LocalFleet.Planning;

namespace GlobalGateway.Cli.Up;

/// <summary>What <c>gg up</c> says once everything is ready.</summary>
internal static class UpText
{
    public static string Parts(FleetSummary fleet)
    {
        var text = new StringBuilder();
        var revision = fleet.Edges.Select(edge => edge.Revision).FirstOrDefault(r => r is not null);
        Line(text, "control plane", $"{fleet.ControlPlane}   {(revision is null ? "" : $"rev {revision}  ")}{fleet.Config}");
        foreach (var edge in fleet.Edges)
        {
            Line(text, edge.Region, $"{edge.Address}   {edge.State,-7}{(edge.Revision is null ? "" : $" rev {edge.Revision}")}{(edge.Note.Length > 0 ? $"   {edge.Note}" : "")}");
        }

        Line(text, "providers", fleet.Providers);
        foreach (var servers in fleet.Servers.GroupBy(server => server.Role))
        {
            Line(text, servers.First().ServerKind, string.Join("  ", servers.Select(server => $"{server.Region} {server.Address}")));
        }

        return text.ToString();
    }

    public static string Invitation(FleetOptions options, FleetSummary fleet, string howToStop)
    {
        var address = fleet.Edges[0].Address;
        var config = Path.GetFileName(Path.GetDirectoryName(options.ConfigDirectory)) is "gitops"
            ? $"gitops/{Path.GetFileName(options.ConfigDirectory)}" : options.ConfigDirectory;
        return $$"""
              curl {{address}}/v1/chat/completions -H "authorization: Bearer gg-demo" -H "content-type: application/json" \
                -d '{"model":"fast","messages":[{"role":"user","content":"hello"}]}'
              OPENAI_BASE_URL=http://{{address}}/v1 OPENAI_API_KEY=gg-demo python your_app.py
              ANTHROPIC_BASE_URL=http://{{address}} ANTHROPIC_API_KEY=gg-demo …   (Anthropic and Gemini SDKs take the origin)
            edit {{config}}/*.yaml and watch it roll out · gg status · gg drill list · {{howToStop}}

            """;
    }

    private static void Line(StringBuilder text, string name, string rest) =>
        text.Append("  ").Append(name.PadRight(15)).Append(' ').Append(rest.TrimEnd()).Append('\n');
}
