using System.Globalization;
using System.Text.Json.Nodes;
using GlobalGateway.Contracts.Values;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace GlobalGateway.Chaos.Experiments;

/// <summary>Reads an experiment from YAML and reports everything that is wrong with it.</summary>
public static class ExperimentFile
{
    public const int BytesMax = 64 * 1024;

    /// <exception cref="ExperimentException">It is no valid experiment.</exception>
    public static Experiment Read(string path)
    {
        if (new FileInfo(path).Length > BytesMax)
        {
            throw new ExperimentException($"{path}: larger than {BytesMax} bytes");
        }

        return Parse(Path.GetFileNameWithoutExtension(path), path, File.ReadAllText(path));
    }

    public static Experiment Parse(string name, string path, string text)
    {
        var yaml = new YamlStream();
        try
        {
            yaml.Load(new StringReader(text));
        }
        catch (YamlException problem)
        {
            throw new ExperimentException($"{path}:{problem.Start.Line}:{problem.Start.Column}  {problem.Message}");
        }

        if (yaml.Documents is not [{ RootNode: YamlMappingNode root }])
        {
            throw new ExperimentException($"{path}: one mapping is needed");
        }

        var reader = new Reader(path);
        var experiment = reader.Experiment(name, root);
        return reader.Errors.Count == 0 ? experiment : throw new ExperimentException(string.Join('\n', reader.Errors));
    }

    private sealed class Reader(string path)
    {
        public List<string> Errors { get; } = [];

        public Experiment Experiment(string name, YamlMappingNode root)
        {
            Known(root, "title", "hypothesis", "traffic", "steadyState", "actions", "for");
            var traffic = Mapping(root, "traffic", "model", "regions", "requestsPerSecond", "streams");
            var steady = Mapping(root, "steadyState", "successAtLeast", "p99AtMost");
            var lasts = Time(root, "for");
            if (lasts > Experiments.Experiment.ForMax)
            {
                Add(root, $"for: at most {Duration.Format(Experiments.Experiment.ForMax)}");
            }

            var actions = Sequence(root, "actions").Select(Action).OfType<DrillAction>().ToArray();
            return new Experiment
            {
                Name = name,
                Title = Text(root, "title"),
                Hypothesis = Text(root, "hypothesis"),
                Traffic = new TrafficShape(
                    Text(traffic, "model"), [.. Sequence(traffic, "regions").Select(region => region.ToString())], Rate(traffic),
                    Find(traffic, "streams")?.ToString() == "true"),
                SteadyState = new SteadyState(Percent(steady, "successAtLeast"), Time(steady, "p99AtMost")),
                Actions = actions,
                For = lasts,
            };
        }

        private DrillAction? Action(YamlNode node)
        {
            if (node is YamlMappingNode { Children.Count: 1 } one)
            {
                var (kind, value) = (one.Children.First().Key.ToString(), one.Children.First().Value);
                switch (kind)
                {
                    case "kill" when value is YamlScalarNode:
                        return new KillAction(value.ToString());
                    case "stop" when value is YamlScalarNode:
                        return new StopAction(value.ToString());
                    case "fault" when value is YamlMappingNode:
                        return new FaultAction(Json(value)!.ToJsonString());
                }
            }

            Add(node, "actions: each is one of kill: PROCESS, stop: PROCESS, fault: { a rule of the simulator }");
            return null;
        }

        private int Rate(YamlMappingNode traffic)
        {
            var ok = int.TryParse(Text(traffic, "requestsPerSecond"), NumberStyles.None, CultureInfo.InvariantCulture, out var rate)
                && rate is >= 1 and <= Experiments.Experiment.RequestsPerSecondMax;
            return ok ? rate : Fail<int>(traffic, $"requestsPerSecond: between 1 and {Experiments.Experiment.RequestsPerSecondMax}");
        }

        private double Percent(YamlMappingNode from, string name) =>
            Text(from, name) is [>= '0' and <= '9', .., '%'] text
            && decimal.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var percent) && percent <= 100
                ? (double)(percent / 100)
                : Fail<double>(from, $"{name}: a percentage such as 99.9%");

        private TimeSpan Time(YamlMappingNode from, string name) =>
            Duration.TryParse(Text(from, name), out var time) && time > TimeSpan.Zero ? time : Fail<TimeSpan>(from, $"{name}: a duration such as 15s");

        private string Text(YamlMappingNode from, string name) =>
            Find(from, name) is YamlScalarNode { Value.Length: > 0 } scalar ? scalar.Value : Fail<string>(from, $"{name}: is missing") ?? "";

        private YamlMappingNode Mapping(YamlMappingNode from, string name, params string[] known)
        {
            if (Find(from, name) is not YamlMappingNode mapping)
            {
                Add(from, $"{name}: is missing");
                return [];
            }

            Known(mapping, known);
            return mapping;
        }

        private IEnumerable<YamlNode> Sequence(YamlMappingNode from, string name)
        {
            if (Find(from, name) is YamlSequenceNode { Children.Count: > 0 } sequence)
            {
                return sequence.Children;
            }

            Add(from, $"{name}: a list with at least one entry is needed");
            return [];
        }

        private void Known(YamlMappingNode mapping, params string[] names)
        {
            foreach (var key in mapping.Children.Keys.Where(key => !names.Contains(key.ToString())))
            {
                Add(key, $"\"{key}\" is not one of {string.Join(", ", names)}");
            }
        }

        private static YamlNode? Find(YamlMappingNode from, string name) =>
            from.Children.FirstOrDefault(child => child.Key.ToString() == name).Value;

        private T? Fail<T>(YamlNode at, string message)
        {
            Add(at, message);
            return default;
        }

        private void Add(YamlNode at, string message)
        {
            var line = $"{path}:{at.Start.Line}:{at.Start.Column}  {message}";
            if (!Errors.Contains(line))
            {
                Errors.Add(line);
            }
        }

        private static JsonNode? Json(YamlNode node) => node switch
        {
            YamlMappingNode mapping => new JsonObject(mapping.Children.Select(child => KeyValuePair.Create(child.Key.ToString(), Json(child.Value)))),
            YamlSequenceNode sequence => new JsonArray([.. sequence.Children.Select(Json)]),
            YamlScalarNode { Style: ScalarStyle.Plain, Value: "true" or "false" } flag => flag.Value == "true",
            YamlScalarNode { Style: ScalarStyle.Plain } number when decimal.TryParse(number.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) => value,
            _ => node.ToString(),
        };
    }
}
