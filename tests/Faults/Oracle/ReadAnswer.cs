using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace GlobalGateway.Faults.Oracle;

/// <summary>One call of a tool as a client reads it.</summary>
public sealed class ReadCall(string name)
{
    public string Name { get; } = name;

    /// <summary>Its arguments so far, as JSON text.</summary>
    public StringBuilder Arguments { get; } = new();
}

/// <summary>What an answer says, whatever the API and however it was sent.</summary>
public sealed class ReadAnswer
{
    private readonly SortedDictionary<int, ReadCall> _calls = [];

    public StringBuilder Text { get; } = new();

    public IReadOnlyList<ReadCall> Calls => [.. _calls.Values];

    /// <summary>Why the model stopped, in the API's own word.</summary>
    public string? Finish { get; private set; }

    /// <summary>The stream's own end mark came.</summary>
    public bool Terminated { get; private set; }

    /// <summary>An error event came.</summary>
    public bool Failed { get; private set; }

    /// <summary>What an API never sends.</summary>
    public List<string> Problems { get; } = [];

    /// <summary>Something a person would see.</summary>
    public bool HasContent => Text.Length > 0 || _calls.Count > 0;

    public void Say(string? text)
    {
        if (text is { Length: > 0 })
        {
            Expect(!Terminated && Finish is null, "text after the end");
            Text.Append(text);
        }
    }

    public void Begin(int index, string name)
    {
        Expect(_calls.TryAdd(index, new ReadCall(name)), $"call {index} begins twice");
        Expect(!Terminated && Finish is null, "a call after the end");
    }

    public void Argue(int index, string? piece)
    {
        if (_calls.TryGetValue(index, out var call))
        {
            call.Arguments.Append(piece);
        }
        else
        {
            Problems.Add($"arguments of call {index}, which has not begun");
        }
    }

    public void Stop(string? reason)
    {
        if (reason is not null)
        {
            Expect(Finish is null, "a second finish");
            Finish = reason;
        }
    }

    public void Terminate()
    {
        Expect(!Terminated, "a second end mark");
        Terminated = true;
    }

    public void Fail()
    {
        Expect(!Terminated, "an error after the end mark");
        Failed = true;
    }

    /// <summary>Notes anything that comes after the last word.</summary>
    public void More() => Expect(!Terminated && !Failed, "an event after the end");

    public void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            Problems.Add(otherwise);
        }
    }

    /// <summary>The arguments as a JSON value, so that layout does not matter; the text itself where it is none.</summary>
    public static string Canonical(string arguments)
    {
        try
        {
            return JsonNode.Parse(arguments.Length == 0 ? "{}" : arguments)!.ToJsonString();
        }
        catch (JsonException)
        {
            return arguments;
        }
    }
}
