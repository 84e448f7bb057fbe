using System.Text.Json;
using System.Text.RegularExpressions;
using GlobalGateway.ProviderSimulator.Catalogue;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.Gemini;

/// <summary>What Gemini refuses of a well-formed request.</summary>
internal static partial class GenerateRules
{
    private const int CandidatesMax = 8;
    private const int StopsMax = 5;
    private const int FlashBudgetMax = 24_576;
    private const int ProBudgetMax = 32_768;
    private const int ProBudgetMin = 128;

    private static readonly string[] Data = ["text", "inlineData", "fileData", "functionCall", "functionResponse", "executableCode", "codeExecutionResult"];

    public static string? Check(JsonElement request, SimulatedModel model) =>
        Contents(request) ?? Turns(request) ?? Tools(request) ?? (request.Field("generationConfig") is { } config ? Config(config, request, model) : null);

    public static string? Contents(JsonElement request)
    {
        if (!request.Items("contents").Any())
        {
            return "* GenerateContentRequest.contents: contents is not specified\n";
        }
        var index = 0;
        foreach (var content in request.Items("contents"))
        {
            if (content.Text("role") is { Length: > 0 } role and not ("user" or "model" or "function"))
            {
                return "Please use a valid role: user, model.";
            }
            if (!content.Items("parts").Any())
            {
                return $"* GenerateContentRequest.contents[{index}].parts: contents.parts must not be empty.\n";
            }
            var part = content.Items("parts").TakeWhile(static part => Data.Any(name => part.Field(name) is not null)).Count();
            if (part < content.GetProperty("parts").GetArrayLength())
            {
                return $"* GenerateContentRequest.contents[{index}].parts[{part}].data: required oneof field 'data' must have one initialized field\n";
            }
            index++;
        }
        return null;
    }

    private static string? Turns(JsonElement request)
    {
        var open = 0;
        var before = "";
        foreach (var content in request.Items("contents"))
        {
            var calls = content.Items("parts").Count(static part => part.Field("functionCall") is not null);
            var responses = content.Items("parts").Count(static part => part.Field("functionResponse") is not null);
            if (calls > 0 && before is "" or "model")
            {
                return "Please ensure that function call turn comes immediately after a user turn or after a function response turn.";
            }
            if (responses > 0 && open == 0)
            {
                return "Please ensure that function response turn comes immediately after a function call turn.";
            }
            if (open > 0 && responses != open)
            {
                return "Please ensure that the number of function response parts is equal to the number of function call parts of the function call turn.";
            }
            open = calls;
            before = content.Text("role") is "model" ? "model" : "user";
        }
        return null;
    }

    private static string? Tools(JsonElement request)
    {
        var names = new List<string>();
        foreach (var declaration in request.Items("tools").SelectMany(static tool => tool.Items("functionDeclarations")))
        {
            var name = declaration.Text("name")!;
            if (!FunctionName().IsMatch(name))
            {
                return $"* GenerateContentRequest.tools[0].function_declarations[{names.Count}].name: [FIELD_INVALID] Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z, A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of 64.\n";
            }
            if (names.Contains(name))
            {
                return $"Duplicate function declaration found: {name}";
            }
            if (declaration.Field("parameters") is not null && declaration.Field("parametersJsonSchema") is not null)
            {
                return "Only one of parameters and parameters_json_schema may be set.";
            }
            names.Add(name);
        }
        if (request.Field("toolConfig")?.Field("functionCallingConfig") is not { } calling)
        {
            return null;
        }
        var allowed = calling.Items("allowedFunctionNames").Select(static name => name.GetString()!).ToArray();
        return allowed.Length > 0 && calling.Text("mode") is not ("ANY" or "VALIDATED") ? "Please set allowed_function_names only when function calling mode is ANY."
            : allowed.Any(name => !names.Contains(name)) ? "allowed_function_names should be a subset of the declared function names."
            : calling.Text("mode") == "ANY" && names.Count == 0 ? "Function calling config is set without function_declarations."
            : null;
    }

    private static string? Config(JsonElement config, JsonElement request, SimulatedModel model)
    {
        var json = config.Text("responseMimeType") == "application/json";
        var schema = config.Field("responseSchema") ?? config.Field("responseJsonSchema");
        return config.Items("stopSequences").Count() > StopsMax ? $"* GenerateContentRequest.generation_config.stop_sequences: at most {StopsMax} stop sequences are supported\n"
            : config.Text("responseMimeType") is { } mime and not ("text/plain" or "application/json" or "text/x.enum") ? $"* GenerateContentRequest.generation_config.response_mime_type: allowed mimetypes are `text/plain`, `application/json`, `application/xml`, `application/yaml` and `text/x.enum`, not {mime}.\n"
            : schema is not null && !json && config.Text("responseMimeType") != "text/x.enum" ? "* GenerateContentRequest.generation_config.response_mime_type: response_schema is only supported with response_mime_type application/json\n"
            : json && request.Items("tools").Any(static tool => tool.Items("functionDeclarations").Any()) ? "Function calling with a response mime type: 'application/json' is unsupported"
            : config.Whole("candidateCount") is < 1 or > CandidatesMax ? $"Only values between 1 and {CandidatesMax} are supported for candidate_count."
            : config.Whole("maxOutputTokens") is { } limit && (limit < 1 || limit > model.OutputTokensMax) ? $"Unable to submit request because it has a maxOutputTokens value of {limit} but the supported range is from 1 (inclusive) to {model.OutputTokensMax + 1} (exclusive). Update the value and try again."
            : config.Field("presencePenalty") is not null || config.Field("frequencyPenalty") is not null ? $"Penalty is not enabled for models/{model.Id}"
            : config.Field("logprobs") is not null && !config.Flag("responseLogprobs") ? "Logprobs is only supported when response_logprobs is true"
            : !model.LogProbs && config.Flag("responseLogprobs") ? $"Logprobs is not enabled for models/{model.Id}"
            : Budget(config, model);
    }

    // -1 leaves it to the model; the pro model cannot do without thinking.
    private static string? Budget(JsonElement config, SimulatedModel model)
    {
        if (config.Field("thinkingConfig")?.Whole("thinkingBudget") is not { } budget || budget == -1)
        {
            return null;
        }
        var pro = model.Id.Contains("pro", StringComparison.Ordinal);
        return pro && budget == 0 ? "Budget 0 is invalid. This model only works in thinking mode."
            : budget < (pro ? ProBudgetMin : 0) || budget > (pro ? ProBudgetMax : FlashBudgetMax) ? $"The thinking budget {budget} is invalid. Please choose a value between {(pro ? ProBudgetMin : 0)} and {(pro ? ProBudgetMax : FlashBudgetMax)}."
            : null;
    }

    [GeneratedRegex("^[a-zA-Z_][a-zA-Z0-9_.:-]{0,63}$")]
    private static partial Regex FunctionName();
}
