namespace GlobalGateway.Unit.EdgeNode.Attempts;

/// <summary>Events of an OpenAI chat stream.</summary>
internal static class ChatEvents
{
    public const string Role = """data: {"id":"c1","object":"chat.completion.chunk","model":"up-model","choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""" + "\n\n";
    public const string Stop = """data: {"id":"c1","object":"chat.completion.chunk","model":"up-model","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""" + "\n\n";
    public const string Done = "data: [DONE]\n\n";

    public static string Text(string text) =>
        $$"""data: {"id":"c1","object":"chat.completion.chunk","model":"up-model","choices":[{"index":0,"delta":{"content":"{{text}}"},"finish_reason":null}]}""" + "\n\n";

    public static string Usage(int input, int output) =>
        $$$"""data: {"id":"c1","object":"chat.completion.chunk","model":"up-model","choices":[],"usage":{"prompt_tokens":{{{input}}},"completion_tokens":{{{output}}}}}""" + "\n\n";
}
