import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** JUnit 5 against a running gbsmart: every test begins with a fresh system. */
class MeterTest {
    private static final String CONSOLE = System.getProperty("gbsmart.console", "http://127.0.0.1:8080");

    private final GbsmartControl gbsmart = new GbsmartControl(CONSOLE);
    private String meter;

    @BeforeEach
    void fresh() throws Exception {
        gbsmart.reset();
        meter = GbsmartControl.text(gbsmart.get("/homes"), "esme");
    }

    @Test
    void aMeterIsRead() throws Exception {
        assertEquals("I0", GbsmartControl.text(gbsmart.read(meter), "response_code"));
    }

    @Test
    void aCriticalCommandBringsAllItsMessages() throws Exception {
        String set = gbsmart.waitFor(gbsmart.send("7.2", meter));
        assertEquals("true", GbsmartControl.text(set, "complete"));
        assertTrue(set.contains("\"what\":\"response\""), set);
    }

    @Test
    void whatAUserMayNotDoIsRefusedWithItsCode() throws Exception {
        String operator = "90-B3-D5-1F-30-01-00-02";
        for (String user : gbsmart.get("/system").split("\\{\"id\":\"")) {
            if (user.contains("Network Operator")) {
                operator = user.substring(0, 23);
            }
        }
        String body = "{\"variant\": \"7.2\", \"device\": \"" + meter + "\", \"user\": \"" + operator + "\"}";
        GbsmartControl.Refused refused =
                assertThrows(GbsmartControl.Refused.class, () -> gbsmart.post("/requests", body));
        assertEquals("E2", refused.responseCode());
    }
}
