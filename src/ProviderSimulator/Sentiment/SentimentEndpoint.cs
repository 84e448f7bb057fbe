using GlobalGateway.ProviderSimulator.Answers;
using GlobalGateway.ProviderSimulator.Composition;
using GlobalGateway.ProviderSimulator.Validation;

namespace GlobalGateway.ProviderSimulator.Sentiment;

/// <summary><c>POST /v1/sentiment</c>: <c>{"text": …}</c> gives a label and a score.</summary>
internal sealed class SentimentEndpoint(Vendor vendor)
{
    private static readonly ObjectShape Shape = new(("text!", Validation.Shape.NonEmptyText), ("language", Validation.Shape.Text));
    private static readonly string[] Good = ["good", "great", "love", "happy", "excellent", "fast", "thanks"];
    private static readonly string[] Bad = ["bad", "terrible", "hate", "sad", "awful", "slow", "broken"];

    public PreparedAnswer Answer(ApiRequest api)
    {
        if (!JsonReading.TryParse(api.Body, out var document))
        {
            return vendor.BadJson();
        }
        using (document)
        {
            if (Shape.Check(document!.RootElement) is { } complaint)
            {
                return vendor.Refuse(complaint);
            }
            var text = document.RootElement.Text("text")!;
            var balance = Count(text, Good) - Count(text, Bad);
            return new PreparedAnswer
            {
                PromptText = text,
                Directives = Directives.In(text),
                Body = JsonBytes.Write(balance, static (writer, balance) =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("sentiment", balance > 0 ? "positive" : balance < 0 ? "negative" : "neutral");
                    writer.WriteNumber("score", Math.Round(Math.Tanh(balance / 2.0), 4));
                    writer.WriteEndObject();
                }),
            };
        }
    }

    private static int Count(string text, string[] words) => words.Count(word => text.Contains(word, StringComparison.OrdinalIgnoreCase));
}
