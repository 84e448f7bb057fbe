using System.CommandLine;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.Contracts.Loading;
using GlobalGateway.Contracts.Values;

namespace GlobalGateway.Cli.Spec;

/// <summary><c>gg spec [CONFIGURATION…]</c>: checks the specifications with TLC.</summary>
internal static class SpecCommand
{
    private static readonly TimeSpan TimeoutDefault = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan TimeoutMax = TimeSpan.FromHours(24);

    public static Command Create()
    {
        var names = new Argument<string[]>("configuration") { Description = "Which of docs/spec/configurations; all when none is named.", Arity = ArgumentArity.ZeroOrMore };
        var list = new Option<bool>("--list") { Description = "Say which configurations there are; check none." };
        var timeout = new Option<string>("--timeout")
        {
            Description = "How long each configuration may take, such as 90s or 10m.",
            HelpName = "DURATION",
            DefaultValueFactory = _ => Duration.Format(TimeoutDefault),
        };
        timeout.Validators.Add(result =>
        {
            if (!Duration.TryParse(result.GetValueOrDefault<string>() ?? "", out var limit) || limit < TimeSpan.FromSeconds(1) || limit > TimeoutMax)
            {
                result.AddError($"--timeout is a duration between 1s and {Duration.Format(TimeoutMax)}, such as 90s or 10m");
            }
        });
        var output = new OutputOption();
        var command = new GgCommand("spec", "Checks the specifications of budgets and of rollouts (docs/spec) with TLC and refutes each of their deliberate bugs.",
            "gg spec", "gg spec rollout-small bug-no-fence --timeout 2m") { names, list, timeout, output };
        command.SetAction((call, cancellation) =>
        {
            var chosen = Choose(call.GetValue(names) ?? []);
            var limit = Duration.TryParse(call.GetValue(timeout)!, out var told) ? told : TimeoutDefault;
            return call.GetValue(list)
                ? Task.FromResult(SpecReport.List(chosen, output.IsJson(call)))
                : SpecRun.RunAsync(chosen, limit, output.IsJson(call), cancellation);
        });
        return command;
    }

    private static IReadOnlyList<SpecConfiguration> Choose(string[] names)
    {
        var all = SpecConfiguration.ReadAll(Repository.PathOf("docs", "spec", "configurations"));
        var known = all.Select(one => one.Name).ToArray();
        foreach (var name in names.Where(name => !known.Contains(name)))
        {
            var hint = Suggestion.Nearest(name, known) is { } near ? $"did you mean \"{near}\"?" : "see gg spec --list.";
            throw new CommandException($"gg spec: no configuration \"{name}\"; {hint}", ExitCode.WrongCall);
        }

        return names.Length == 0 ? all : [.. all.Where(one => names.Contains(one.Name))];
    }
}
