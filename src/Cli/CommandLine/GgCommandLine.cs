using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using System.Reflection;
using System.Text.RegularExpressions;
using GlobalGateway.Contracts.Loading;

namespace GlobalGateway.Cli.CommandLine;

/// <summary>Parses the call, answers help and mistakes in one voice, and runs the command.</summary>
internal sealed partial class GgCommandLine
{
    private readonly GgCommand _root;
    private readonly Option<bool> _verbose = new("--verbose") { Description = "Say where in the program a failure came from.", Recursive = true };

    public GgCommandLine(string description, params Command[] commands)
    {
        // Not a RootCommand: that one is named after the assembly, and people call this gg.
        _root = new GgCommand("gg", description, "gg up", "gg request \"hello\" --model fast");
        foreach (var command in commands)
        {
            _root.Add(command);
        }

        var help = new HelpOption();
        help.Action = new HelpWithExamples((HelpAction)help.Action!);
        help.Description = "Say what the command does, with examples.";
        _root.Add(help);
        _root.Add(_verbose);
    }

    public async Task<int> RunAsync(string[] args)
    {
        if (args is ["--version"])
        {
            Console.WriteLine(typeof(GgCommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion);
            return ExitCode.Done;
        }

        var result = _root.Parse(args.Length == 0 ? ["--help"] : args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (!args.Any(arg => arg is "--help" or "-h" or "-?") && Mistakes(result).ToArray() is { Length: > 0 } mistakes)
        {
            foreach (var mistake in mistakes)
            {
                await Console.Error.WriteLineAsync($"✗ {mistake}");
            }

            return ExitCode.WrongCall;
        }

        using var interrupt = new Interrupt();
        try
        {
            return await result.InvokeAsync(
                new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interrupt.Token);
        }
        catch (OperationCanceledException)
        {
            return ExitCode.Failed;
        }
        catch (CommandException failure)
        {
            await Console.Error.WriteLineAsync($"✗ {failure.Message}");
            return failure.ExitCode;
        }
        catch (Exception unforeseen)
        {
            var verbose = result.GetValue(_verbose);
            await Console.Error.WriteLineAsync(
                $"✗ {Path(result)}: {(verbose ? unforeseen : unforeseen.Message)}{(verbose ? "" : " (--verbose says where)")}");
            return ExitCode.Failed;
        }
    }

    private static IEnumerable<string> Mistakes(ParseResult result)
    {
        var command = result.CommandResult.Command;
        var path = Path(result);

        // A mistyped option would otherwise count as one more value of an argument that takes several.
        var unknown = result.UnmatchedTokens.Concat(result.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash)
            .Where(token => token.Type == TokenType.Argument && token.Value.StartsWith("--", StringComparison.Ordinal))
            .Select(token => token.Value)).FirstOrDefault();
        if (unknown is null)
        {
            foreach (var message in result.Errors.Select(error => LineBreaks().Replace(error.Message.TrimEnd('.'), " ")).Distinct())
            {
                yield return $"{path}: {message}. Run \"{path} --help\".";
            }

            yield break;
        }

        var isOption = unknown.StartsWith('-');
        var known = isOption ? command.Options.Select(option => option.Name) : command.Subcommands.Select(sub => sub.Name);
        var what = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        yield return Suggestion.Nearest(unknown, known) is { } near
            ? $"{path}: no {what} \"{unknown}\"; did you mean \"{near}\"?"
            : $"{path}: no {what} \"{unknown}\". Run \"{path} --help\".";
    }

    private static string Path(ParseResult result)
    {
        var names = new Stack<string>();
        for (var at = result.CommandResult; at is not null; at = at.Parent as CommandResult)
        {
            names.Push(at.Command.Name);
        }

        return string.Join(' ', names);
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex LineBreaks();
}
