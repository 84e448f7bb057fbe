using System.CommandLine;
using GlobalGateway.Cli.CommandLine;
using GlobalGateway.LocalFleet.Planning;
using GlobalGateway.LocalFleet.Records;

namespace GlobalGateway.Cli.Api;

/// <summary>Which control plane a command asks, and as whom: the fleet on this machine, or any by its address and a token in a file.</summary>
internal sealed class ApiOptions
{
    /// <summary>For scripts and shells, in place of the options.</summary>
    public const string AddressVariable = "GG_API";
    public const string TokenFileVariable = "GG_TOKEN_FILE";

    private readonly StateOption _state = new();

    private readonly Option<string?> _address = new("--api")
    {
        Description = $"The control plane's API; several with commas between them. [default: {AddressVariable}, else the fleet in --state]", HelpName = "URL",
    };

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = $"File with the API token. [default: {TokenFileVariable}, else the fleet's own admin token]", HelpName = "FILE",
    };

    /// <summary>Whether a control plane is named, and not left to the fleet on this machine.</summary>
    public bool IsNamed(ParseResult call) => AddressIn(call) is not null;

    public void AddTo(Command command)
    {
        command.Add(_address);
        command.Add(_tokenFile);
        command.Add(_state);
    }

    /// <exception cref="CommandException">No control plane is named and no fleet is up.</exception>
    public ApiClient Open(ParseResult call)
    {
        var address = AddressIn(call);
        var tokenFile = call.GetValue(_tokenFile) ?? Environment.GetEnvironmentVariable(TokenFileVariable);
        if (address is not null)
        {
            return new ApiClient(AddressesOf(address), TokenIn(tokenFile ?? throw new CommandException($"--api needs a token: name its file with --token-file or {TokenFileVariable}.", ExitCode.WrongCall)));
        }

        var directory = _state.DirectoryOf(call);
        var paths = new FleetPaths(directory);
        if (FleetRecord.Read(paths) is not { IsRunning: true } fleet)
        {
            throw new CommandException($"No fleet is up with its state in {directory}. Run \"gg up\", or name a control plane with --api.");
        }

        var planes = fleet.Processes.Where(process => process.Role == PartRole.ControlPlane).Select(process => new Uri($"http://{process.Address}")).ToArray();
        return new ApiClient(planes, TokenIn(tokenFile ?? paths.AdminToken));
    }

    /// <summary>The fleet's folder for what is on this machine.</summary>
    public string DirectoryOf(ParseResult call) => _state.DirectoryOf(call);

    private string? AddressIn(ParseResult call) => call.GetValue(_address) ?? Environment.GetEnvironmentVariable(AddressVariable);

    private static Uri[] AddressesOf(string text) =>
    [
        .. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(part =>
            Uri.TryCreate(part, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
                ? new Uri(part)
                : throw new CommandException($"--api: \"{part}\" is not an address such as https://control-plane.example:7400", ExitCode.WrongCall)),
    ];

    private static string TokenIn(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new CommandException($"The token file {file} cannot be read: {problem.Message}");
        }
    }
}
