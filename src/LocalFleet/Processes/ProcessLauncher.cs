using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using GlobalGateway.LocalFleet.Planning;

namespace GlobalGateway.LocalFleet.Processes;

/// <summary>Starts processes whose output goes to a file and which, unless detached, end when this process ends.</summary>
/// <remarks>
/// The system's "tell me when my parent is gone" is bound to the thread that forked, so all starts happen on one thread
/// that lives as long as the process.
/// </remarks>
internal static class ProcessLauncher
{
    private static readonly BlockingCollection<Action> Starts = [];
    private static readonly string? SetPriv = ProgramPath.Find("setpriv");
    private static readonly string? SetSid = ProgramPath.Find("setsid");
    private static readonly Lazy<Thread> Launcher = new(() =>
    {
        var thread = new Thread(() =>
        {
            foreach (var start in Starts.GetConsumingEnumerable())
            {
                start();
            }
        }) { IsBackground = true, Name = "fleet launcher" };
        thread.Start();
        return thread;
    });

    public static Task<Process> StartAsync(ProcessPlan plan, bool detached)
    {
        _ = Launcher.Value;
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        Starts.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(StartInfo(plan, detached))!);
            }
            catch (Exception e)
            {
                started.SetException(e);
            }
        });
        return started.Task;
    }

    private static ProcessStartInfo StartInfo(ProcessPlan plan, bool detached)
    {
        // The shell opens the log and becomes the program: same process number, no pipe that could fill or break.
        var start = new ProcessStartInfo("/bin/sh", ["-c", "exec \"$@\" </dev/null >>\"$0\" 2>&1", plan.LogFile]);
        // First, because a process that changes its group forgets what it wanted to hear of its parent.
        if (plan.Group is { } group)
        {
            Add(start, SetPriv ?? throw new FleetException($"{plan.Name} cannot run as a group of its own: setpriv is not installed."),
                "--regid", group.ToString(CultureInfo.InvariantCulture), "--clear-groups");
        }

        if (!detached && SetPriv is not null)
        {
            Add(start, SetPriv, "--pdeathsig", plan.HasChildren ? "TERM" : "KILL");
        }

        // Ctrl+C in the terminal is for the one who asked; it stops the others in order.
        if (SetSid is not null)
        {
            Add(start, SetSid);
        }

        if (plan.Program.EndsWith(".dll", StringComparison.Ordinal))
        {
            Add(start, Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet");
        }

        Add(start, [plan.Program, .. plan.Arguments]);
        foreach (var name in start.Environment.Keys.Where(IsForSomeoneElse).ToArray())
        {
            start.Environment.Remove(name);
        }

        foreach (var (name, value) in plan.Environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    /// <summary>Each process gets the secrets its plan names and no others; addresses come from its own file.</summary>
    private static bool IsForSomeoneElse(string variable) =>
        variable.StartsWith("GG_SECRET_", StringComparison.Ordinal) || variable.StartsWith("ASPNETCORE_", StringComparison.Ordinal)
        || variable is "URLS";

    private static void Add(ProcessStartInfo start, params string[] words)
    {
        foreach (var word in words)
        {
            start.ArgumentList.Add(word);
        }
    }
}
