package itrust.html;

import jakarta.servlet.jsp.JspException;
import jakarta.servlet.jsp.tagext.SimpleTagSupport;
import java.io.IOException;

/** {@code <h:each items="${…}" var="name">}: writes its body once for each item. */
public final class EachTag extends SimpleTagSupport {
    private Iterable<?> items;
    private String name;

    public void setItems(Iterable<?> items) {
        this.items = items;
    }

    public void setVar(String name) {
        this.name = name;
    }

    @Override
    public void doTag() throws JspException, IOException {
        for (Object item : items) {
            getJspContext().setAttribute(name, item);
            getJspBody().invoke(null);
        }
        getJspContext().removeAttribute(name);
    }
}
