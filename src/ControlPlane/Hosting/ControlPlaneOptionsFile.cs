using System.Text.Json;
using System.Text.Json.Serialization;

namespace GlobalGateway.ControlPlane.Hosting;

/// <summary>Reads a control plane's file and says everything that is wrong with it at once.</summary>
public sealed partial class ControlPlaneOptionsFile
{
    public required ControlPlaneOptions ControlPlane { get; init; }

    /// <exception cref="ControlPlaneOptionsException">The arguments or the file are not usable; the message lists why.</exception>
    public static ControlPlaneOptions Load(string[] args)
    {
        if (args is not ["--config", { } path])
        {
            throw new ControlPlaneOptionsException("usage: ControlPlane --config FILE.json");
        }

        ControlPlaneOptions options;
        try
        {
            using var file = File.OpenRead(path);
            options = JsonSerializer.Deserialize(file, FileJson.Default.ControlPlaneOptionsFile)?.ControlPlane
                ?? throw new ControlPlaneOptionsException($"{path}: the file is empty");
        }
        catch (JsonException problem)
        {
            throw new ControlPlaneOptionsException($"{path}:{problem.LineNumber + 1}: {problem.Message}");
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw new ControlPlaneOptionsException($"{path}: {problem.Message}");
        }

        var errors = options.Validate();
        return errors.Count == 0
            ? options
            : throw new ControlPlaneOptionsException(string.Join(Environment.NewLine, errors.Select(error => $"{path}: controlPlane.{error}")));
    }

    [JsonSourceGenerationOptions(
        PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true)]
    [JsonSerializable(typeof(ControlPlaneOptionsFile))]
    private sealed partial class FileJson : JsonSerializerContext;
}

/// <summary>A control plane cannot start from what its installer wrote; the message is for a person.</summary>
public sealed class ControlPlaneOptionsException(string message) : Exception(message);
