/** The same without a test framework: {@code java Try http://127.0.0.1:8080}. */
public final class Try {
    public static void main(String[] arguments) throws Exception {
        GbsmartControl gbsmart =
                new GbsmartControl(arguments.length > 0 ? arguments[0] : "http://127.0.0.1:8080");
        gbsmart.reset();
        String meter = GbsmartControl.text(gbsmart.get("/homes"), "esme");
        System.out.println("read: " + GbsmartControl.text(gbsmart.read(meter), "response_code"));
        String set = gbsmart.waitFor(gbsmart.send("7.2", meter));
        System.out.println("complete: " + GbsmartControl.text(set, "complete"));
        try {
            gbsmart.read("00-DB-12-34-C0-FF-FF-00");
        } catch (GbsmartControl.Refused refused) {
            System.out.println("refused: " + refused.responseCode());
        }
    }
}
