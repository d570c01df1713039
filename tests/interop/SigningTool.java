import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.Arrays;
import java.util.Base64;
import uk.co.smartdcc.boxed.xmldsig.ResultCode;
import uk.co.smartdcc.boxed.xmldsig.Sign;
import uk.co.smartdcc.boxed.xmldsig.Validate;

/**
 * The public signing tool, its two programs called as its command line calls them, many times in one JVM.
 *
 * <p>A line in: the program, the document in base64, options. A line out: the result, what was printed and
 * what was complained of, the last two in base64.
 */
public final class SigningTool {
    public static void main(String[] none) throws Exception {
        BufferedReader asked = new BufferedReader(new InputStreamReader(System.in));
        PrintStream answers = System.out;
        for (String line = asked.readLine(); line != null; line = asked.readLine()) {
            String[] words = line.split(" ");
            String[] options = Arrays.copyOfRange(words, 1, words.length);
            options[0] = "-";
            System.setIn(new ByteArrayInputStream(Base64.getDecoder().decode(words[1])));
            ByteArrayOutputStream said = new ByteArrayOutputStream();
            ByteArrayOutputStream complained = new ByteArrayOutputStream();
            System.setOut(new PrintStream(said));
            System.setErr(new PrintStream(complained));
            ResultCode result = words[0].equals("Sign") ? Sign.main_aux(options) : Validate.main_aux(options);
            System.out.flush();
            System.err.flush();
            answers.println(result + " " + encode(said) + " " + encode(complained));
            answers.flush();
        }
    }

    private static String encode(ByteArrayOutputStream octets) {
        String text = Base64.getEncoder().encodeToString(octets.toByteArray());
        return text.isEmpty() ? "=" : text;
    }
}
