using System.CommandLine;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Ports;

namespace GlobalGateway.Cli.Up;

/// <summary><c>gg up</c>: starts a three-region fleet and shows it.</summary>
internal static class UpCommand
{
    public static Command Create()
    {
        var portBase = new Option<int>("--port-base")
        {
            Description = "First port: control plane at PORT, simulator at +2, edges at +11, +21 and +31.",
            HelpName = "PORT",
            DefaultValueFactory = _ => FleetPorts.DefaultBase,
        };
        portBase.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1024 or > FleetPorts.BaseMax)
            {
                result.AddError($"--port-base is between 1024 and {FleetPorts.BaseMax}");
            }
        });
        var detach = new Option<bool>("--detach", "-d") { Description = "Leave it running and return; \"gg down\" stops it." };
        var state = new StateOption();
        var providers = new Option<string>("--providers")
        {
            Description = "simulated answers on this machine; real calls the vendors with the keys in GG_SECRET_….",
            HelpName = "simulated|real",
            DefaultValueFactory = _ => "simulated",
        };
        providers.AcceptOnlyFromAmong("simulated", "real");
        var config = new Option<string?>("--config") { Description = "The folder of resources to serve and watch. [default: gitops/local; gitops/real with real providers]", HelpName = "DIR" };
        var with = new Option<FleetServers>("--with")
        {
            Description = "Servers to bring along: configuration in one etcd; in each region rate limits and slices of budgets in redis, the ledger of budgets in cassandra.",
            HelpName = "etcd,redis,cassandra",
            CustomParser = ServersNames.Parse,
        };
        var command = new GgCommand("up", "Starts a control plane, three regions with one edge each, and simulated providers; shows them until Ctrl+C.",
            "gg up --with etcd,redis,cassandra", "gg up --detach --port-base 8400 --state /tmp/second-fleet") { portBase, detach, state, providers, config, with };
        command.SetAction((call, cancellation) => new UpRun(new UpRequest(
            call.GetValue(portBase), call.GetValue(detach), state.DirectoryOf(call), call.GetValue(providers) == "real",
            call.GetValue(config), call.GetValue(with))).RunAsync(cancellation));
        return command;
    }
}
