using System.Net.Http.Json;
using System.Text.Json;

namespace Gbsmart.Example;

/// <summary>The control API of a running gbsmart (<c>gbsmart up</c>).</summary>
public sealed class GbsmartControl : IDisposable
{
    private readonly HttpClient http;

    public GbsmartControl(string console = "http://127.0.0.1:8080") =>
        http = new HttpClient { BaseAddress = new Uri(console), Timeout = TimeSpan.FromMinutes(5) };

    /// <summary>The system as on its first day; addresses and keys stay.</summary>
    public Task ResetAsync() => PostAsync("/reset", new { });

    /// <summary>Reads a meter end to end; the JSON of <c>gbsmart read --json</c>.</summary>
    public Task<JsonElement> ReadAsync(string device) => PostAsync("/read", new { device });

    /// <summary>Sends a Service Request as the supplier; its RequestID.</summary>
    public async Task<string> SendAsync(string variant, string device)
    {
        var sent = await PostAsync("/requests", new { variant, device, wait = false });
        return sent.GetProperty("request_id").GetString()!;
    }

    /// <summary>Waits until all that a request causes is delivered; what came, and what is missing.</summary>
    public Task<JsonElement> WaitForAsync(string requestId) =>
        GetAsync($"/requests/{Uri.EscapeDataString(requestId)}/wait");

    public async Task<JsonElement> GetAsync(string path) =>
        await ReadAnswerAsync(await http.GetAsync($"/control/v1{path}"));

    public async Task<JsonElement> PostAsync(string path, object body) =>
        await ReadAnswerAsync(await http.PostAsJsonAsync($"/control/v1{path}", body));

    public void Dispose() => http.Dispose();

    private static async Task<JsonElement> ReadAnswerAsync(HttpResponseMessage answer)
    {
        var said = await answer.Content.ReadFromJsonAsync<JsonElement>();
        return answer.IsSuccessStatusCode ? said : throw new RefusedException(said);
    }
}

/// <summary>What the system did not do: its problem, with the SEC response code where there is one.</summary>
public sealed class RefusedException(JsonElement problem)
    : Exception(problem.GetProperty("message").GetString())
{
    public string? ResponseCode { get; } = problem.GetProperty("response_code").GetString();
}
