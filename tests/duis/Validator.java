import java.io.File;
import javax.xml.XMLConstants;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.xml.sax.SAXException;

/** Validates documents against a schema: SCHEMA DOCUMENT... */
public class Validator {
    public static void main(String[] arguments) throws Exception {
        Schema schema = SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI).newSchema(new File(arguments[0]));
        for (int each = 1; each < arguments.length; each++) {
            try {
                schema.newValidator().validate(new StreamSource(new File(arguments[each])));
                System.out.println("valid");
            } catch (SAXException problem) {
                System.out.println("invalid");
            }
        }
    }
}
