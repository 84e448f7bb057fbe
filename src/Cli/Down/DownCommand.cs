using System.CommandLine;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.LocalFleet;

namespace GlobalGateway.Cli.Down;

/// <summary><c>gg down</c>: stops the fleet of a state folder, whoever started it.</summary>
internal static class DownCommand
{
    public static Command Create()
    {
        var state = new StateOption();
        var now = new Option<bool>("--now") { Description = "End the processes at once; requests in flight are cut off." };
        var command = new GgCommand("down", "Stops the fleet: requests in flight may finish, up to 60 s.",
            "gg down", "gg down --now --state /tmp/second-fleet") { state, now };
        command.SetAction(async (call, cancellation) =>
        {
            var folder = state.DirectoryOf(call);
            var stopped = await RecordedFleet.StopAsync(folder, call.GetValue(now) ? TimeSpan.Zero : Fleet.StopPatience, cancellation);
            Console.WriteLine(stopped switch
            {
                null => $"nothing to stop: no fleet is up with its state in {folder}",
                { CutOff.Count: > 0 } => $"stopped {stopped.Count} processes; {string.Join(", ", stopped.CutOff)} did not end by itself and was cut off",
                _ => $"stopped {stopped.Count} processes",
            });
            return ExitCode.Done;
        });
        return command;
    }
}
