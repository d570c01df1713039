import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The control API of a running gbsmart ({@code gbsmart up}), with the JDK alone. */
public final class GbsmartControl {
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final String base;

    /** @param console the address of the console, such as {@code http://127.0.0.1:8080} */
    public GbsmartControl(String console) {
        this.base = console + "/control/v1";
    }

    /** The system as on its first day; addresses and keys stay. */
    public void reset() throws IOException, InterruptedException {
        post("/reset", "{}");
    }

    /** Reads a meter end to end; the JSON of {@code gbsmart read --json}. */
    public String read(String device) throws IOException, InterruptedException {
        return post("/read", "{\"device\": \"" + device + "\"}");
    }

    /** Sends a Service Request as the supplier, without waiting for its answer; its RequestID. */
    public String send(String variant, String device) throws IOException, InterruptedException {
        String body = "{\"variant\": \"" + variant + "\", \"device\": \"" + device + "\", \"wait\": false}";
        return text(post("/requests", body), "request_id");
    }

    /** Waits until all that a request causes is delivered; what came, and what is missing. */
    public String waitFor(String requestId) throws IOException, InterruptedException {
        return get("/requests/" + URLEncoder.encode(requestId, StandardCharsets.UTF_8) + "/wait");
    }

    public String get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path)).GET());
    }

    public String post(String path, String json) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json)));
    }

    public String patch(String path, String json) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(URI.create(base + path))
                .header("Content-Type", "application/json")
                .method("PATCH", HttpRequest.BodyPublishers.ofString(json)));
    }

    private String send(HttpRequest.Builder request) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                request.timeout(Duration.ofMinutes(5)).build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() >= 400) {
            throw new Refused(answer.body());
        }
        return answer.body();
    }

    /** The first text (or number, or truth) called {@code name}; a JSON library does it better. */
    public static String text(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":\\s*\"?([^\",}\\]]*)").matcher(json);
        if (!found.find()) {
            throw new IllegalArgumentException("no " + name + " in " + json);
        }
        return found.group(1);
    }

    /** What the system did not do: its problem, with kind, message, remedy and SEC response code. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        public Refused(String problem) {
            super(problem);
        }

        /** The DUIS response code, such as {@code E2}; {@code null} in words where there is none. */
        public String responseCode() {
            return text(getMessage(), "response_code");
        }
    }
}
